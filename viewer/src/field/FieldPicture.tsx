import { useMemo, useRef } from 'react';
import type { FieldInfo } from '../../../src/server/protocol/messages.ts';
import { HeatMap, type HeatMapProps } from '../heatmap/HeatMap.tsx';
import { fieldRange, type Contrast } from './contrast.ts';
import { useFieldPicture } from './use-field-picture.ts';

export interface FieldLook extends Pick<HeatMapProps, 'show' | 'colourMap' | 'removeRamp'> {
  readonly contrast?: Contrast;
}

interface Props extends FieldLook, Pick<HeatMapProps, 'download'> {
  readonly source: string;
  readonly what: 'object' | 'probe';
  readonly field: FieldInfo;
  readonly layer: number;
}

/** A probe or an object, newest state, at the size of the screen. */
export function FieldPicture({ source, what, field, layer, contrast, show, ...rest }: Props) {
  const { picture: newest, trouble, onDrawn, onSize } = useFieldPicture(source, what, field.id, layer);
  const thing = `${field.id} ${layer}`;
  const last = useRef({ thing, picture: newest });
  // Of one run, what was saved before stands there until what was saved later has come.
  if (newest !== undefined || trouble !== undefined || last.current.thing !== thing) {
    last.current = { thing, picture: newest };
  }
  const { picture } = last.current;
  const range = useMemo(() => fieldRange(show, contrast, [picture]), [picture, contrast, show]);
  return (
    <div className="picture">
      <HeatMap
        {...{ picture, show, range, onDrawn, onSize, ...rest }}
        originM={field.originM}
        unit={field.inPixels ? 'px' : 'm'}
        label={`${what} ${field.id}, layer ${layer}, ${show}`}
      />
      {trouble !== undefined && <p role="alert">{trouble}</p>}
    </div>
  );
}
