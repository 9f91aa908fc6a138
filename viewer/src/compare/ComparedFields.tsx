import { useMemo, useState } from 'react';
import type { FieldInfo } from '../../../src/server/protocol/messages.ts';
import { fieldRange } from '../field/contrast.ts';
import type { FieldLook } from '../field/FieldPicture.tsx';
import { useFieldPicture } from '../field/use-field-picture.ts';
import { HeatMap } from '../heatmap/HeatMap.tsx';
import { around } from '../heatmap/place.ts';
import { WHOLE } from '../heatmap/view.ts';

export interface Side {
  readonly source: string;
  /** For people. */
  readonly name: string;
  readonly field: FieldInfo;
  readonly layer: number;
}

interface Props extends FieldLook {
  readonly sides: readonly [Side, Side];
  /** Undefined: both, side by side. */
  readonly only: 0 | 1 | undefined;
}

/** Two objects on the same part of the sample, with the same colours: zoom and pan of one are those of the other. */
export function ComparedFields({ sides, only, show, contrast, colourMap, removeRamp }: Props) {
  const [view, setView] = useState(WHOLE);
  const [first, second] = sides;
  const shown = [
    useFieldPicture(first.source, 'object', first.field.id, first.layer),
    useFieldPicture(second.source, 'object', second.field.id, second.layer),
  ];
  const [one, two] = shown.map(({ picture }) => picture);
  const range = useMemo(() => fieldRange(show, contrast, [one, two]), [show, contrast, one, two]);
  const extent = useMemo(() => around(first.field, second.field), [first.field, second.field]);
  return (
    <div className={only === undefined ? 'beside' : 'stacked'}>
      {sides.map(({ name, field, layer }, at) => (
        <figure key={at} className={only === undefined || only === at ? '' : 'behind'}>
          <figcaption>
            {at + 1}: {name}
          </figcaption>
          <HeatMap
            {...{ show, range, colourMap, removeRamp, extent }}
            picture={shown[at].picture}
            onDrawn={shown[at].onDrawn}
            onSize={shown[at].onSize}
            shared={{ view, setView }}
            originM={field.originM}
            unit={field.inPixels ? 'px' : 'm'}
            label={`object ${field.id} of ${name}, layer ${layer}, ${show}`}
          />
          {shown[at].trouble !== undefined && <p role="alert">{shown[at].trouble}</p>}
        </figure>
      ))}
    </div>
  );
}
