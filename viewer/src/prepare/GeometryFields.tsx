import type { Preparation } from '../../../src/server/protocol/messages.ts';
import { Choice } from '../shell/Choice.tsx';
import { NumberField } from './NumberField.tsx';
import type { Chosen } from './prepared.ts';

const ORIENTATIONS = ['0', '1', '2', '3', '4', '5', '6', '7'] as const;
const TURNS = [
  'as it is',
  'columns flipped',
  'rows flipped',
  'rows and columns flipped',
  'transposed',
  'transposed, columns flipped',
  'transposed, rows flipped',
  'transposed, rows and columns flipped',
];

/** Centre, region, binning and orientation as numbers. */
export function GeometryFields(props: {
  chosen: Chosen;
  preparation: Preparation;
  onChange: (change: Partial<Chosen>) => void;
}) {
  const { chosen, preparation, onChange } = props;
  const { center, shape, rebin, orientation } = chosen;
  const { shape: frame, found } = preparation;
  const [rows, cols] = frame ?? [1, 1];
  const side = shape ?? [rows, cols];
  const suggestion = found?.map((pixel) => Math.round(10 * pixel) / 10);
  return (
    <section aria-labelledby="prepare-geometry">
      <h2 id="prepare-geometry">Centre and region</h2>
      <div className="tools">
        <NumberField
          label="Centre row"
          value={center[0]}
          min={0}
          max={rows - 1}
          onChange={(row) => {
            onChange({ center: [row, center[1]] });
          }}
        />
        <NumberField
          label="column"
          value={center[1]}
          min={0}
          max={cols - 1}
          onChange={(col) => {
            onChange({ center: [center[0], col] });
          }}
        />
        {suggestion !== undefined && (
          <button
            type="button"
            onClick={() => {
              onChange({ center: [suggestion[0], suggestion[1]] });
            }}
          >
            Use the centre of mass: {suggestion.join(', ')}
          </button>
        )}
      </div>
      <div className="tools">
        <NumberField
          label="Region rows"
          value={side[0]}
          min={1}
          step={1}
          onChange={(value) => {
            onChange({ shape: [value, side[1]] });
          }}
        />
        <NumberField
          label="columns"
          value={side[1]}
          min={1}
          step={1}
          onChange={(value) => {
            onChange({ shape: [side[0], value] });
          }}
        />
        <NumberField
          label="Rebin"
          value={rebin}
          min={1}
          max={32}
          step={1}
          onChange={(value) => {
            onChange({ rebin: value });
          }}
        />
        <Choice
          label="Orientation"
          value={ORIENTATIONS[orientation]}
          values={ORIENTATIONS}
          names={TURNS}
          onChoose={(code) => {
            onChange({ orientation: Number(code) });
          }}
        />
      </div>
    </section>
  );
}
