import { useMemo, useState } from 'react';
import type { FieldInfo } from '../../../src/server/protocol/messages.ts';
import { usePicture } from '../connection/hooks.ts';
import { HeatMap, type HeatMapProps } from '../heatmap/HeatMap.tsx';
import { percentileRange } from './contrast.ts';

/** Pixels of the screen in steps: a window that is dragged wider does not ask for a picture at each pixel. */
const STEP = 128;

interface Props extends Pick<HeatMapProps, 'show' | 'colourMap' | 'removeRamp' | 'download'> {
  readonly source: string;
  readonly what: 'object' | 'probe';
  readonly field: FieldInfo;
  readonly layer: number;
  /** Percent left out at either end, or the range by hand. */
  readonly contrast?: number | readonly [number, number];
}

/** A probe or an object, newest state, at the size of the screen. */
export function FieldPicture({ source, what, field, layer, contrast, show, ...rest }: Props) {
  const [screen, setScreen] = useState<readonly [number, number]>();
  const { picture, trouble, onDrawn } = usePicture(
    screen === undefined ? undefined : { source, name: field.id, what, layer, screen },
  );
  const range = useMemo(() => {
    if (show === 'phase' || contrast === undefined || picture === undefined) return 'auto';
    return typeof contrast === 'number' ? percentileRange(picture, contrast) : contrast;
  }, [picture, contrast, show]);
  return (
    <div className="picture">
      <HeatMap
        {...{ picture, show, range, onDrawn, ...rest }}
        originM={field.originM}
        unit={field.inPixels ? 'px' : 'm'}
        label={`${what} ${field.id}, layer ${layer}, ${show}`}
        onSize={(rows, cols) => {
          const [y, x] = [rows, cols].map((size) => Math.max(STEP, Math.ceil(size / STEP) * STEP));
          setScreen((old) => (old?.[0] === y && old[1] === x ? old : [y, x]));
        }}
      />
      {trouble !== undefined && <p role="alert">{trouble}</p>}
    </div>
  );
}
