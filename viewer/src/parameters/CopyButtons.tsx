import { useState } from 'react';
import type { ShownParameters } from '../../../src/server/protocol/messages.ts';

/** Puts the configuration on the clipboard; where the browser does not let the page, it shows it to be copied by hand. */
export function CopyButtons({ yaml }: { yaml: ShownParameters['yaml'] }) {
  const [said, setSaid] = useState('');
  const [byHand, setByHand] = useState<string | null>(null);
  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setByHand(null);
      setSaid(`${text.split('\n').length - 1} lines copied`);
    } catch {
      setByHand(text);
      setSaid('The browser does not let this page copy: copy the text below.');
    }
  };
  const button = (name: string, text: string) => (
    <button
      type="button"
      onClick={() => {
        void copy(text);
      }}
    >
      {name}
    </button>
  );
  return (
    <>
      {button('Copy all as YAML', yaml.whole)}
      {button('Copy what differs as YAML', yaml.differing)}
      <span role="status">{said}</span>
      {byHand !== null && (
        <textarea
          readOnly
          autoFocus
          aria-label="Configuration"
          rows={12}
          value={byHand}
          onFocus={({ target }) => {
            target.select();
          }}
        />
      )}
    </>
  );
}
