/** Objects and probes for a report: lit part, 16 bits a number, averaged down until all fit. */
import { itemPowers } from '../../array/item-powers.ts';
import { item, toNumbers, type NdArray } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import { flatObject } from '../../pictures/figures/object-figure.ts';
import { displayRange } from '../../pictures/panels/colour-maps.ts';
import { shrink } from '../../pictures/panels/raster.ts';
import type { StoredField } from '../../ptyr/result.ts';
import { modePowers } from '../../quality/mode-powers.ts';
import { percentText } from '../../geometry/quantities.ts';
import { FULL, UNLIT, type FieldData, type Layer, type View } from './page/data.ts';

/** Pixels in all fields of a report, all layers counted: about 9 MB as text. */
const MOST_PIXELS = 1_650_000;

/** A field on its way into a report. */
interface Plan {
  readonly name: string;
  readonly view: View;
  readonly shape: Pair;
  readonly psizeM: Pair;
  readonly originM: Pair;
  readonly inPixels: boolean;
  readonly layers: readonly {
    readonly name: string;
    readonly values: ArrayLike<number>;
    readonly weight?: Float64Array;
  }[];
  readonly notes: readonly string[];
}

export interface ReportField {
  readonly data: FieldData;
  /** What was done to it. */
  readonly notes: readonly string[];
}

/** The lit part of an object, every layer without its phase ramp. */
export function planObject(name: string, field: StoredField, coverage: NdArray | undefined): Plan {
  const [layers] = field.data.shape;
  const flat = Array.from({ length: layers }, (_, layer) =>
    flatObject({ object: item(field.data, layer), ...(coverage === undefined ? {} : { coverage }) }),
  );
  const { shown } = flat[0];
  return {
    name,
    view: 'phase',
    shape: [shown.rows, shown.cols],
    psizeM: field.psizeM,
    originM: [field.originM[0] + shown.row * field.psizeM[0], field.originM[1] + shown.col * field.psizeM[1]],
    inPixels: field.inPixels === true,
    layers: flat.map(({ values, weight }, i) => ({
      name: layers === 1 ? 'object' : `mode ${i}`,
      values,
      weight,
    })),
    notes: [
      'A constant phase and a linear phase ramp are taken off.',
      ...(coverage === undefined ? [] : ['Shown is the part that was lit.']),
    ],
  };
}

export function planProbe(name: string, field: StoredField): Plan {
  const [layers, rows, cols] = field.data.shape;
  const powers = itemPowers(field.data);
  return {
    name,
    view: 'complex',
    shape: [rows, cols],
    psizeM: field.psizeM,
    originM: field.originM,
    inPixels: field.inPixels === true,
    layers: powers.map((power, i) => ({
      name: layers === 1 ? 'probe' : `mode ${i}, ${percentText(power)} of the power`,
      values: toNumbers(item(field.data, i)),
    })),
    notes:
      layers === 1
        ? []
        : [
            `Made orthogonal, the modes have ${modePowers(field.data).map(percentText).join(', ')} of the power.`,
          ],
  };
}

/** All fields in the numbers that fit; the largest are averaged first. */
export function fitFields(plans: readonly Plan[], most = MOST_PIXELS): ReportField[] {
  const factors = plans.map(() => 1);
  const size = (i: number): number => {
    const [rows, cols] = reduced(plans[i].shape, factors[i]);
    return plans[i].layers.length * rows * cols;
  };
  const sizes = (): number[] => plans.map((_, i) => size(i));
  for (let all = sizes(); all.reduce((sum, n) => sum + n, 0) > most; all = sizes()) {
    const largest = all.indexOf(Math.max(...all));
    if (all[largest] <= plans[largest].layers.length) break;
    factors[largest]++;
  }
  return plans.map((plan, i) => encode(plan, factors[i]));
}

function reduced([rows, cols]: Pair, factor: number): Pair {
  return [Math.ceil(rows / factor), Math.ceil(cols / factor)];
}

function encode(plan: Plan, factor: number): ReportField {
  const { name, view, inPixels } = plan;
  const shape = reduced(plan.shape, factor);
  const ratio = [plan.shape[0] / shape[0], plan.shape[1] / shape[1]] as const;
  const along = (axis: 0 | 1): number => plan.originM[axis] + ((ratio[axis] - 1) / 2) * plan.psizeM[axis];
  const layers = plan.layers.map(({ values, weight, ...layer }): Layer => {
    const shown = factor === 1 ? values : shrink(values, plan.shape, shape, 2);
    const lit = weight === undefined || factor === 1 ? weight : shrink(weight, plan.shape, shape);
    return { ...layer, ...encodeLayer(shown, lit) };
  });
  const averaged =
    factor === 1 ? [] : [`${factor} × ${factor} pixels are averaged into one here; the file has them all.`];
  return {
    data: {
      ...{ name, view, inPixels, shape, layers },
      psizeM: [plan.psizeM[0] * ratio[0], plan.psizeM[1] * ratio[1]],
      originM: [along(0), along(1)],
    },
    notes: [...plan.notes, ...averaged],
  };
}

/** Phases that come this near to ±π wrap. */
const WRAPPING = 0.9 * Math.PI;

/** `values` interleaved; NaN is not lit. */
function encodeLayer(values: ArrayLike<number>, weight: ArrayLike<number> | undefined): Omit<Layer, 'name'> {
  const size = values.length / 2;
  const amplitude = new Float64Array(size);
  const phase = new Float64Array(size);
  let largest = 0;
  for (let i = 0; i < size; i++) {
    amplitude[i] = Math.hypot(values[2 * i], values[2 * i + 1]);
    phase[i] = Math.atan2(values[2 * i + 1], values[2 * i]);
    if (amplitude[i] > largest && amplitude[i] < Infinity) largest = amplitude[i];
  }
  const stored = { amplitude: new Uint16Array(size), phase: new Uint16Array(size) };
  for (let i = 0; i < size; i++) {
    const isLit = Number.isFinite(amplitude[i]);
    stored.amplitude[i] = isLit ? Math.round((FULL * amplitude[i]) / (largest || 1)) : UNLIT;
    stored.phase[i] = isLit ? Math.round((FULL * (phase[i] + Math.PI)) / (2 * Math.PI)) : 0;
  }
  const options = weight === undefined ? {} : { weight };
  const [low, high] = displayRange(phase, options);
  const wraps = Math.max(-low, high) > WRAPPING;
  return {
    amplitude: base64(stored.amplitude),
    phase: base64(stored.phase),
    largest,
    wraps,
    ranges: {
      phase: wraps ? [-Math.PI, Math.PI] : [low, high],
      amplitude: [...displayRange(amplitude, options)],
    },
  };
}

function base64({ buffer, byteOffset, byteLength }: Uint16Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
