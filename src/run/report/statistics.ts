/** The statistics of a scan as lines of a table. */
import { countText, lengthText, numberText, percentText } from '../../geometry/quantities.ts';

type Value = number | readonly number[];
type Text = (value: number, inPixels: boolean) => string;

const KNOWN: Readonly<Record<string, readonly [string, Text]>> = {
  frames: ['frames', (value) => String(value)],
  meanPhotons: ['photons of a frame, mean', countText],
  brightestPhotons: ['photons of the brightest frame', countText],
  stepM: ['step between neighbouring positions, median', lengthText],
  probeDiameterM: ['diameter of the probe (90 % of its power)', lengthText],
  overlap: ['linear overlap', percentText],
  litAreaM2: [
    'lit area',
    (value, inPixels) => (inPixels ? `${countText(value)} pixels` : `${numberText(value * 1e12)} µm²`),
  ],
  viewsPerPixel: ['views of a lit pixel, mean', countText],
  photonsPerPixel: ['photons on a lit pixel, mean', countText],
  photonsPerUm2: ['photons on a lit area', (value) => `${countText(value)} photons/µm²`],
  modePowers: ['power in the modes of the probe, made orthogonal', percentText],
};

/** Name and value, in the order in which they are explained; what is NaN is left out. */
export function statisticsRows(
  statistics: Readonly<Record<string, Value>>,
  inPixels: boolean,
): (readonly [string, string])[] {
  const order = Object.keys(KNOWN);
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(statistics)
    .sort(([a], [b]) => place(a) - place(b))
    .flatMap(([name, value]) => {
      const numbers = typeof value === 'number' ? [value] : value;
      if (numbers.every(Number.isNaN)) return [];
      const [label, text]: readonly [string, Text] = Object.hasOwn(KNOWN, name)
        ? KNOWN[name]
        : [name, numberText];
      return [[label, numbers.map((number) => text(number, inPixels)).join(', ')] as const];
    });
}
