import { useState } from 'react';
import type { HistoryEntry } from '../../../src/server/protocol/messages.ts';
import { Curves } from '../curves/Curves.tsx';
import { lastErrors } from '../curves/series.ts';
import { Choice } from '../shell/Choice.tsx';
import { errorName, number } from '../text/format.ts';

/** Curves of the errors, and the last values of each engine. */
export function ErrorsTab({ history }: { history: readonly HistoryEntry[] }) {
  const last = [...lastErrors(history).values()];
  const errors = [...new Set(last.flatMap((entry) => Object.keys(entry.errors)))];
  const [scale, setScale] = useState<'log' | 'linear'>('log');
  return (
    <section aria-label="Errors">
      <div className="tools">
        <Choice
          label="Scale"
          value={scale}
          values={['log', 'linear']}
          names={['logarithmic', 'linear']}
          onChoose={setScale}
        />
      </div>
      <Curves {...{ history, scale }} height={480} />
      {last.length > 0 && (
        <div className="scrolls">
          <table>
            <caption>Last values of each engine</caption>
            <thead>
              <tr>
                {['engine', 'iterations', ...errors.map(errorName)].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {last.map((entry) => (
                <tr key={entry.engine}>
                  <th scope="row">{entry.engine}</th>
                  <td>{entry.iteration}</td>
                  {errors.map((error) => (
                    <td key={error}>{error in entry.errors ? number(entry.errors[error]) : '–'}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
