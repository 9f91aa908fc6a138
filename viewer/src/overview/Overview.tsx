import type { Description, HistoryEntry, RunState } from '../../../src/server/protocol/messages.ts';
import { Curves } from '../curves/Curves.tsx';
import { lastErrors } from '../curves/series.ts';
import { FieldPicture } from '../field/FieldPicture.tsx';
import { PositionMap } from '../positions/PositionMap.tsx';
import { Standing } from './Standing.tsx';

interface Props {
  readonly description: Description;
  readonly run: RunState | undefined;
  readonly history: readonly HistoryEntry[];
}

/** All at a glance. */
export function Overview({ description, run, history }: Props) {
  const { source, objects, probes, scans, facts } = description;
  const [object, probe, scan] = [objects.at(0), probes.at(0), scans.at(0)];
  return (
    <div className="overview">
      {object !== undefined && (
        <section className="large" aria-labelledby="overview-object">
          <h2 id="overview-object">Object, phase</h2>
          <FieldPicture
            {...{ source, what: 'object', field: object, layer: 0, show: 'phase', colourMap: 'twilight' }}
          />
        </section>
      )}
      <section aria-labelledby="overview-standing">
        <h2 id="overview-standing">{run === undefined ? 'Facts' : 'Run'}</h2>
        {run !== undefined && (
          <Standing
            {...{
              run,
              last:
                run.engine === history.at(-1)?.engine ? [...lastErrors(history).values()].at(-1) : undefined,
            }}
          />
        )}
        <dl>
          {facts.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {probe !== undefined && (
        <section aria-labelledby="overview-probe">
          <h2 id="overview-probe">Probe, amplitude and phase</h2>
          <FieldPicture {...{ source, what: 'probe', field: probe, layer: 0, show: 'complex' }} />
        </section>
      )}
      {(run !== undefined || history.length > 0) && (
        <section aria-labelledby="overview-errors">
          <h2 id="overview-errors">Errors</h2>
          <Curves history={history} height={300} />
        </section>
      )}
      {scan !== undefined && (
        <section aria-labelledby="overview-positions">
          <h2 id="overview-positions">Positions</h2>
          <PositionMap {...{ source, description, scan }} />
        </section>
      )}
    </div>
  );
}
