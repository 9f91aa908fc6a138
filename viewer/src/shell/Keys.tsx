import { useEffect, useRef } from 'react';
import { isTyping } from './is-typing.ts';
import { showTab, TABS } from './tabs.ts';

const KEYS: readonly (readonly [string, string])[] = [
  ...TABS.map((tab, at) => [String(at + 1), `tab ${tab}`] as const),
  ['← →', 'Frames: frame before, next'],
  ['Page up, Page down', 'Frames: ten frames back, on'],
  ['/', 'Parameters: search'],
  ['Arrows', 'Prepare: move the centre, or the pointer of a tool; with Shift in small steps'],
  ['Enter', 'Prepare: a tool works where the pointer is'],
  ['Ctrl Z, Ctrl Shift Z', 'Prepare: undo, redo an edit of the mask'],
  ['b', 'Object, two compared one after the other: blink, stop'],
  ['Tab, Shift Tab', 'to the next control, the one before'],
  ['?', 'this list'],
  ['Esc', 'closes it'],
];

/** Keys that work everywhere, and the list of all. */
export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (isTyping(event)) return;
      const tab = /^\d$/.test(event.key) ? TABS.at(Number(event.key) - 1) : undefined;
      if (event.key === '?' && dialog.current?.open === false) dialog.current.showModal();
      else if (event.key !== '0' && tab !== undefined) showTab(tab);
    };
    document.addEventListener('keydown', press);
    return () => {
      document.removeEventListener('keydown', press);
    };
  }, []);
  return (
    <>
      <button type="button" aria-label="Keys" onClick={() => dialog.current?.showModal()}>
        ?
      </button>
      <dialog ref={dialog} aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl>
          {KEYS.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
