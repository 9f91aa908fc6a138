import type { Preparation } from '../../../src/server/protocol/messages.ts';
import { usePage, usePageState } from '../connection/hooks.ts';

/** How far the frames have been read. */
export function ReadingProgress({ source, preparation }: { source: string; preparation: Preparation }) {
  const page = usePage();
  const { canControl } = usePageState();
  const { status, read, sample, frames } = preparation;
  const isReading = status === 'opening' || status === 'reading';
  const of = frames === null || frames === sample ? '' : ` of ${frames}, evenly spread`;
  const text = isReading
    ? `Reading raw frames: ${read} of ${sample}${of}`
    : `From ${read} raw frames${read === sample ? of : ` of ${frames ?? sample}: reading was stopped`}`;
  return (
    <div className="progress">
      <p role="status">{text}</p>
      {isReading && <progress max={Math.max(1, sample)} value={read} aria-label="raw frames read" />}
      {isReading && canControl && (
        <button
          type="button"
          onClick={() => {
            page.ask({ do: 'stop reading', source });
          }}
        >
          Stop reading
        </button>
      )}
    </div>
  );
}
