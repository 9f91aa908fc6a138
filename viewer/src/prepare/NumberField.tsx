import { useEffect, useState } from 'react';

/** A number with a label. What is no number yet is kept as it is typed, and not told. */
export function NumberField(props: {
  label: string;
  value: number;
  min?: number;
  max?: number;
  step?: number | 'any';
  onChange: (value: number) => void;
}) {
  const { label, value, min, max, step = 'any', onChange } = props;
  const [text, setText] = useState(String(value));
  useEffect(() => {
    setText((before) => (Number(before) === value && before !== '' ? before : String(value)));
  }, [value]);
  return (
    <label>
      {label}{' '}
      <input
        type="number"
        {...{ min, max, step }}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          if (target.value !== '' && target.validity.valid) onChange(target.valueAsNumber);
        }}
      />
    </label>
  );
}
