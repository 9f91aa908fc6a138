import { useState } from 'react';

/** A value of an engine's parameter, and a form that asks the run to take another. */
export function ValueForm(props: {
  name: string;
  shown: string;
  value: string;
  onSet: (text: string) => void;
}) {
  const { name, shown, value, onSet } = props;
  const [text, setText] = useState<string>();
  if (text === undefined) {
    return (
      <>
        {shown}{' '}
        <button
          type="button"
          aria-label={`Change ${name}`}
          onClick={() => {
            setText(value);
          }}
        >
          Change
        </button>
      </>
    );
  }
  const close = () => {
    setText(undefined);
  };
  return (
    <form
      className="value"
      onSubmit={(event) => {
        event.preventDefault();
        onSet(text);
        close();
      }}
      onKeyDown={({ key }) => {
        if (key === 'Escape') close();
      }}
    >
      <input
        aria-label={`New value of ${name}`}
        autoFocus
        required
        value={text}
        onChange={({ target }) => {
          setText(target.value);
        }}
      />
      <button type="submit">Set</button>
      <button type="button" onClick={close}>
        Cancel
      </button>
    </form>
  );
}
