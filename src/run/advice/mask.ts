/** Whether the mask hides what the detector saw. */
import type { NdArray } from '../../array/ndarray.ts';
import type { Advice } from './advice.ts';

/** A mask of less does not hide a frame. */
const MOST = 0.5;
/** Share of the photons that masked pixels have, and how much more a masked pixel has than another. */
const PHOTONS = 0.8;
const BRIGHTER = 2;
/** The brightest share of the pixels counts as this one: hot pixels are masked with good reason. */
const HOT = 0.01;

/** Of a frame (rows, cols) with its weights. Nothing is said of frames in which nothing was counted. */
export function adviceOnMask(
  scan: string,
  {
    measured,
    weights,
  }: { readonly measured: NdArray<'float32' | 'float64'>; readonly weights: NdArray<'float32' | 'float64'> },
): Advice | undefined {
  const size = measured.data.length;
  const sorted = Float64Array.from(measured.data, (value) => (value > 0 ? value : 0)).sort();
  const most = sorted[Math.floor((1 - HOT) * (size - 1))];
  let [masked, onMasked, all] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    const counts = Math.min(Math.max(measured.data[i], 0) || 0, most);
    all += counts;
    if (weights.data[i] > 0) continue;
    masked++;
    onMasked += counts;
  }
  if (!(all > 0) || masked < MOST * size || onMasked < PHOTONS * all) return undefined;
  const valid = size - masked;
  if (valid > 0 && onMasked / masked < (BRIGHTER * (all - onMasked)) / valid) return undefined;
  return {
    about: 'mask',
    text:
      `scan ${scan}: ${percent(onMasked / all)} of the photons of a frame are on the ${percent(masked / size)} of its pixels that are masked: ` +
      'the mask looks inverted, try the other value of its `invert`',
  };
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
