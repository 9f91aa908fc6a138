import { useRef, useState } from 'react';
import type { NdArray } from '../../../src/array/ndarray.ts';
import { formatNpy } from '../../../src/array/npy.ts';
import { inParts, type MaskEdit } from '../../../src/scan/prepare/mask-edits.ts';
import type { PreparedValues } from '../../../src/run/preview/state.ts';
import type { Preparation, PreparationRequest } from '../../../src/server/protocol/messages.ts';
import { usePage, usePageState } from '../connection/hooks.ts';
import { baseName, fileName, save as saveFile } from '../download/save.ts';
import { yamlLines } from './yaml-lines.ts';

/** Characters of edits in a message: the server takes 64 KiB. */
const PART = 48_000;

type Into = Extract<PreparationRequest, { do: 'save preparation' }>['into'];

/** What was chosen, as lines of YAML and as files. */
export function SavePanel(props: {
  source: string;
  preparation: Preparation;
  values: PreparedValues;
  edits: readonly MaskEdit[];
  masked: number;
  /** The mask as it is shown, (rows, cols), 1 = good. */
  mask: () => NdArray<'uint8'>;
}) {
  const { source, preparation, values, edits, masked, mask } = props;
  const { label, config, saved, status } = preparation;
  const page = usePage();
  const { canControl, reply, link } = usePageState();
  const [asked, setAsked] = useState<{ readonly id: number; readonly edits: readonly MaskEdit[] }>();
  const dialog = useRef<HTMLDialogElement>(null);
  const isAnswered = reply !== null && reply.id === asked?.id;
  const isSaved = isAnswered && !reply.isRefusal && asked.edits === edits;
  const download = fileName(baseName(config), label, 'mask.npy');
  const written = isSaved && saved?.mask != null ? `${saved.mask}:mask` : undefined;
  const maskName = edits.length === 0 ? null : canControl ? (written ?? 'MASK.h5:mask') : download;
  const lines = yamlLines(label, values, maskName);
  const isReady = link === 'open' && (status === 'ready' || status === 'stopped') && lines !== '';
  const save = (into: Into) => {
    let from = 0;
    for (const part of inParts(edits, PART)) {
      page.ask({ do: 'edit mask', source, from, edits: part });
      from += part.length;
    }
    setAsked({ id: page.ask({ do: 'save preparation', source, masked, values, into }), edits });
  };
  const button = (text: string, onClick: () => void, isPossible = true) => (
    <button type="button" disabled={!isReady || !isPossible} onClick={onClick}>
      {text}
    </button>
  );
  return (
    <section aria-labelledby="prepare-save">
      <h2 id="prepare-save">Save</h2>
      {lines === '' ? (
        <p>Nothing is chosen that {config} does not say already.</p>
      ) : (
        <>
          <pre tabIndex={0} aria-label="Lines for the configuration">
            {lines}
          </pre>
          <div className="tools">
            <button
              type="button"
              onClick={() => {
                void navigator.clipboard.writeText(lines);
              }}
            >
              Copy the lines
            </button>
            {edits.length > 0 && (
              <button
                type="button"
                onClick={() => {
                  saveFile(new Blob([formatNpy(mask()) as Uint8Array<ArrayBuffer>]), download);
                }}
              >
                Download the mask
              </button>
            )}
          </div>
        </>
      )}
      {canControl ? (
        <div className="tools">
          {button(
            'Save the mask',
            () => {
              save('mask');
            },
            edits.length > 0,
          )}
          {button('Write a new configuration', () => {
            save('new');
          })}
          {button(`Write into ${config} …`, () => dialog.current?.showModal())}
        </div>
      ) : (
        <p>
          This page only looks. To save masks and configurations from here, start it with{' '}
          <code>ptyflow view {config} --control</code>
        </p>
      )}
      <p role="status" className={isAnswered && reply.isRefusal ? 'refusal' : ''}>
        {isAnswered && `${reply.isRefusal ? 'Refused: ' : ''}${reply.message}`}
      </p>
      <dialog ref={dialog} aria-labelledby="prepare-confirm">
        <h2 id="prepare-confirm">Write into {config}?</h2>
        <p>The lines above are changed in the file that you wrote. All else in it stays as it is.</p>
        <form method="dialog" className="tools">
          <button
            type="submit"
            onClick={() => {
              save('given');
            }}
          >
            Write into {config}
          </button>
          <button type="submit">Cancel</button>
        </form>
      </dialog>
    </section>
  );
}
