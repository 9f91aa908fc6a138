import { useEffect, useState } from 'react';
import type { Source } from '../../../src/server/protocol/messages.ts';
import { usePage, usePageState } from '../connection/hooks.ts';

/** Files of the run that `source` is of, in the order in which they were saved. */
export function savedTogether(sources: readonly Source[], source: string): readonly Source[] {
  const own = sources.find(({ id }) => id === source)?.saved;
  if (own === undefined) return [];
  return sources
    .filter(({ saved }) => saved?.run === own.run)
    .sort((a, b) => (a.saved?.iterations ?? 0) - (b.saved?.iterations ?? 0) || (a.name < b.name ? -1 : 1));
}

/** Leads through the states of a run that were saved; nothing where there is one only. */
export function SavedSlider({ source }: { source: string }) {
  const page = usePage();
  const { sources, descriptions, unreadable } = usePageState();
  const files = savedTogether(sources, source);
  const [wanted, setWanted] = useState(source);
  const isThere = descriptions[wanted] !== undefined || unreadable[wanted] !== undefined;
  useEffect(() => {
    if (wanted === source) return;
    // What is shown stays until the other can be.
    if (isThere) page.choose(wanted);
    else page.look(wanted);
  }, [page, wanted, source, isThere]);
  const [shown, setShown] = useState(source);
  if (shown !== source) {
    // Chosen elsewhere on the page.
    setShown(source);
    setWanted(source);
  }
  if (files.length < 2) return null;
  const at = Math.max(
    0,
    files.findIndex(({ id }) => id === wanted),
  );
  const { saved } = files[at];
  const text = `iteration ${saved?.iterations ?? 0} (${saved?.engine ?? ''}), ${at + 1} of ${files.length}`;
  return (
    <label className="wide" title="The files of this run that are shown here">
      Saved{' '}
      <input
        type="range"
        min={0}
        max={files.length - 1}
        value={at}
        aria-valuetext={text}
        onChange={({ target }) => {
          setWanted(files[target.valueAsNumber].id);
        }}
      />{' '}
      <output>{text}</output>
    </label>
  );
}
