import { useEffect, useMemo, useRef, useState } from 'react';
import type { Description } from '../../../src/server/protocol/messages.ts';
import { usePicture, useSourceName } from '../connection/hooks.ts';
import { arrayAddress } from '../download/array-address.ts';
import { baseName } from '../download/save.ts';
import { HeatMap } from '../heatmap/HeatMap.tsx';
import { PositionMap } from '../positions/PositionMap.tsx';
import { Choice } from '../shell/Choice.tsx';
import { number } from '../text/format.ts';
import { differencePicture } from './difference.ts';
import { useOrder } from './use-order.ts';

const ORDERS = { scan: 'by scan point', worst: 'worst first' } as const;
const CORNER = [0, 0] as const;

/** Frames as measured, beside the model's, and where they were measured. */
export function FramesTab({ description }: { description: Description }) {
  const { source, scans } = description;
  const sourceName = useSourceName(source);
  const [label, setLabel] = useState('');
  const scan = scans.find((one) => one.label === label) ?? scans.at(0);
  // null: the newest
  const [index, setIndex] = useState<number | null>(null);
  const [mask, setMask] = useState(true);
  const [axis, setAxis] = useState(true);
  const [order, setOrder] = useState<keyof typeof ORDERS>('scan');
  const { indices, rfactors, trouble: unrated } = useOrder(source, scan, order === 'worst');
  const { picture, trouble, onDrawn } = usePicture(
    scan === undefined || indices.length === 0
      ? undefined
      : {
          source,
          name: scan.label,
          what: 'frame',
          index: index !== null && indices.includes(index) ? index : null,
        },
  );
  const shown = picture?.index ?? index ?? scan?.indices.at(-1) ?? 0;
  const at = Math.max(0, indices.indexOf(index ?? shown));
  const isRated = order === 'worst' && rfactors.size > 0;
  const worst = useRef(indices);
  worst.current = indices;
  useEffect(() => {
    if (isRated) setIndex(worst.current[0]);
  }, [isRated]);
  const center = scan?.center ?? null;
  const shapes = useMemo(
    () => (center === null || !axis ? [] : [{ kind: 'cross' as const, yM: center[0], xM: center[1] }]),
    [center, axis],
  );
  const difference = useMemo(
    () => (picture !== undefined && scan?.hasModel === true ? differencePicture(picture) : undefined),
    [picture, scan?.hasModel],
  );
  useEffect(() => {
    const step = (event: KeyboardEvent) => {
      if (event.target instanceof Element && event.target.closest('input, select, .heatmap, [role=tablist]'))
        return;
      const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
      if (by === undefined || indices.length === 0) return;
      event.preventDefault();
      setIndex(indices[Math.min(indices.length - 1, Math.max(0, at + by))]);
    };
    document.addEventListener('keydown', step);
    return () => {
      document.removeEventListener('keydown', step);
    };
  }, [at, indices]);
  if (scan === undefined || indices.length === 0) {
    const why = scan?.trouble === undefined ? '' : `: ${scan.trouble}`;
    return <p className="empty">There are no frames to show{why}.</p>;
  }
  const common = {
    show: 'value',
    scale: 'log',
    mask,
    originM: CORNER,
    unit: 'px',
    quantity: 'photons',
    shapes,
  } as const;
  const download = (what: 'measured' | 'model' | 'difference') => ({
    name: `${baseName(sourceName)}-${what}-${scan.label}-${shown}`,
    title: `${sourceName}: ${what}, scan point ${shown} of ${scan.label}`,
    array: arrayAddress({ source, what, name: scan.label, index: shown }),
  });
  return (
    <section aria-label="Frames">
      <div className="tools">
        {scans.length > 1 && (
          <Choice
            label="Scan"
            value={scan.label}
            values={scans.map((one) => one.label)}
            onChoose={setLabel}
          />
        )}
        {scan.hasModel && (
          <Choice
            label="Order"
            value={order}
            values={['scan', 'worst']}
            names={Object.values(ORDERS)}
            onChoose={setOrder}
          />
        )}
        <label className="wide">
          Frame{' '}
          <input
            type="range"
            min={0}
            max={indices.length - 1}
            value={at}
            aria-valuetext={`scan point ${indices[at]}, ${at + 1} of ${indices.length}`}
            onChange={({ target }) => {
              setIndex(indices[target.valueAsNumber]);
            }}
          />
        </label>
        <label>
          Scan point{' '}
          <input
            type="number"
            min={scan.indices[0]}
            max={scan.indices.at(-1)}
            value={indices[at]}
            onChange={({ target }) => {
              if (indices.includes(target.valueAsNumber)) setIndex(target.valueAsNumber);
            }}
          />
        </label>
        <button
          type="button"
          aria-pressed={index === null}
          onClick={() => {
            setIndex(index === null ? indices[at] : null);
          }}
        >
          newest
        </button>
        <label>
          <input
            type="checkbox"
            checked={mask}
            onChange={({ target }) => {
              setMask(target.checked);
            }}
          />{' '}
          mask
        </label>
        {center !== null && (
          <label>
            <input
              type="checkbox"
              checked={axis}
              onChange={({ target }) => {
                setAxis(target.checked);
              }}
            />{' '}
            centre
          </label>
        )}
        {order === 'worst' && (
          <output>
            {rfactors.size === 0
              ? 'The R-factor of each frame is being computed …'
              : `R-factor ${number(rfactors.get(indices[at]) ?? NaN)}, ${at + 1} of ${indices.length} from the worst`}
          </output>
        )}
      </div>
      {unrated !== undefined && <p role="alert">{unrated}</p>}
      {trouble !== undefined && <p role="alert">{trouble}</p>}
      <div className="frames">
        <figure>
          <figcaption>Measured, photons (log)</figcaption>
          <HeatMap
            {...{ ...common, picture, onDrawn }}
            plane={0}
            colourMap="inferno"
            download={download('measured')}
            label={`measured frame of scan point ${shown}`}
          />
        </figure>
        {scan.hasModel && (
          <figure>
            <figcaption>Model, photons (log)</figcaption>
            <HeatMap
              {...{ ...common, picture }}
              plane={1}
              colourMap="inferno"
              download={download('model')}
              label={`model of the frame of scan point ${shown}`}
            />
          </figure>
        )}
        {scan.hasModel && (
          <figure>
            <figcaption>|Measured − model|, photons (log)</figcaption>
            <HeatMap
              {...common}
              picture={difference}
              plane={0}
              colourMap="inferno"
              download={download('difference')}
              label={`difference of measurement and model at scan point ${shown}`}
            />
          </figure>
        )}
        <figure>
          <figcaption>Positions: click one to see its frame</figcaption>
          <PositionMap {...{ source, description, scan }} selected={shown} onPick={setIndex} />
        </figure>
      </div>
    </section>
  );
}
