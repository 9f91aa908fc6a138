import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { Preparation } from '../../../src/server/protocol/messages.ts';
import { usePicture } from '../connection/hooks.ts';
import { HeatMap } from '../heatmap/HeatMap.tsx';
import { NumberField } from './NumberField.tsx';
import { preparedPicture, type Chosen } from './prepared.ts';

const CORNER = [0, 0] as const;

/** A frame as it will be prepared. */
export function PreparedFrame(props: {
  source: string;
  preparation: Preparation;
  chosen: Chosen;
  mask: Uint8Array;
  logarithmic: boolean;
}) {
  const { source, preparation, logarithmic } = props;
  // The hand that paints comes first.
  const mask = useDeferredValue(props.mask);
  const chosen = useDeferredValue(props.chosen);
  const { frames, label, given } = preparation;
  const [index, setIndex] = useState(0);
  const { picture: raw, trouble, onDrawn } = usePicture({ source, name: label, what: 'raw', index });
  // What cannot be prepared so is drawn by nobody, and the next may come all the same.
  useEffect(() => {
    if (raw !== undefined) onDrawn(raw);
  }, [raw, onDrawn]);
  const prepared = useMemo(() => {
    if (raw === undefined || raw.rows * raw.cols !== mask.length) return undefined;
    try {
      return preparedPicture(raw, mask, chosen, given);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }, [raw, mask, chosen, given]);
  const problem = trouble ?? (typeof prepared === 'string' ? prepared : undefined);
  const picture = typeof prepared === 'object' ? prepared : undefined;
  return (
    <figure>
      <figcaption>
        What a frame becomes{picture !== undefined && `: ${picture.rows} × ${picture.cols} pixels`}
      </figcaption>
      <div className="tools">
        <NumberField
          label={frames === null ? 'Frame' : `Frame, 0 to ${frames - 1}`}
          value={index}
          min={0}
          {...(frames === null ? {} : { max: frames - 1 })}
          step={1}
          onChange={setIndex}
        />
      </div>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <HeatMap
        {...{ picture, show: 'value', mask: true, originM: CORNER, unit: 'px', quantity: 'photons' }}
        scale={logarithmic ? 'log' : 'linear'}
        colourMap="inferno"
        label={`frame ${index} as it is prepared`}
      />
    </figure>
  );
}
