import { useEffect, useMemo, useState } from 'react';
import type { Description } from '../../../src/server/protocol/messages.ts';
import { usePicture, useSourceName } from '../connection/hooks.ts';
import { arrayAddress } from '../download/array-address.ts';
import { baseName } from '../download/save.ts';
import { HeatMap } from '../heatmap/HeatMap.tsx';
import { PositionMap } from '../positions/PositionMap.tsx';
import { Choice } from '../shell/Choice.tsx';
import { differencePicture } from './difference.ts';

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
  const indices = scan?.indices ?? [];
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
  const shown = picture?.index ?? index ?? indices.at(-1) ?? 0;
  const at = Math.max(0, indices.indexOf(index ?? shown));
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
  if (scan === undefined || indices.length === 0)
    return <p className="empty">There are no frames to show.</p>;
  const common = {
    show: 'value',
    scale: 'log',
    mask,
    originM: CORNER,
    unit: 'px',
    quantity: 'photons',
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
        <label className="wide">
          Frame{' '}
          <input
            type="range"
            min={0}
            max={indices.length - 1}
            value={at}
            aria-valuetext={`scan point ${indices[at]}`}
            onChange={({ target }) => {
              setIndex(indices[target.valueAsNumber]);
            }}
          />
        </label>
        <label>
          Scan point{' '}
          <input
            type="number"
            min={indices[0]}
            max={indices.at(-1)}
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
      </div>
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
