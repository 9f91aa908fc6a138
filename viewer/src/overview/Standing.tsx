import type { HistoryEntry, RunState } from '../../../src/server/protocol/messages.ts';
import { duration, errorName, number } from '../text/format.ts';

/** Where a run stands, in numbers. */
export function Standing({ run, last }: { run: RunState; last: HistoryEntry | undefined }) {
  const rows: [string, string][] = [];
  if (run.engine !== null) {
    rows.push(['engine', run.engine]);
    rows.push([
      'iteration',
      run.numiter === null ? String(run.iteration) : `${run.iteration} of ${run.numiter}`,
    ]);
  }
  for (const [key, value] of Object.entries(last?.errors ?? {})) rows.push([errorName(key), number(value)]);
  if (run.secondsPerIteration !== null)
    rows.push(['time of an iteration', duration(run.secondsPerIteration)]);
  if (run.secondsLeft !== null) rows.push(['time left', duration(run.secondsLeft)]);
  return (
    <>
      {run.scans.map(({ label, frames, total, behind, rate, waiting }) => (
        <div key={label} className="progress">
          <span>
            {label}: {frames}
            {total !== null && ` of ${total}`} frames
            {behind !== null && `, ${behind} behind`}
            {rate !== null && `, ${Number(rate.toPrecision(3))} a second`}
          </span>
          {total !== null && <progress max={total} value={frames} aria-label={`frames of ${label}`} />}
          {waiting !== null && <span>waits for {waiting}</span>}
        </div>
      ))}
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
