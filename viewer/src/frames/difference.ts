import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { NO_RAMP } from '../heatmap/ramp.ts';
import { percentileRange } from '../heatmap/range.ts';

const VALUE = { show: 'value', plane: 0, ramp: NO_RAMP } as const;

/** |measured − model| of a frame with those planes first, its other planes as they are. */
export function differencePicture(frame: Picture): Picture {
  const count = frame.rows * frame.cols;
  const values = frame.values.slice();
  for (let i = 0; i < count; i++) values[i] = Math.abs(frame.values[i] - frame.values[count + i]);
  const difference = { ...frame, values };
  return { ...difference, range: percentileRange(difference, VALUE, [0.5, 99.5]) };
}
