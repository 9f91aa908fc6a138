/** An object or a probe: phase, amplitude, or both as hue and brightness. */
import { NOT_LIT, phaseColour } from '../../../pictures/panels/colours.ts';
import { FULL, UNLIT, type FieldData, type Layer, type PageData, type View } from './data.ts';
import { bytes, words } from './numbers.ts';
import { lengthAxis, lengthText, minus, type Scene } from './scene.ts';

export type Maps = PageData['maps'];

/** A layer with its numbers. */
interface Numbers {
  readonly amplitude: Uint16Array;
  readonly phase: Uint16Array;
}

const numbersOf = new WeakMap<Layer, Numbers>();

function numbers(layer: Layer): Numbers {
  const known = numbersOf.get(layer);
  if (known !== undefined) return known;
  const found = { amplitude: words(layer.amplitude), phase: words(layer.phase) };
  numbersOf.set(layer, found);
  return found;
}

function phaseOf(stored: number): number {
  return (stored / FULL) * 2 * Math.PI - Math.PI;
}

/** 256 colours of a view, from low to high. */
export function coloursOf(layer: Layer, view: View, maps: Maps): Uint8Array {
  if (view === 'amplitude') return bytes(maps.amplitude);
  return bytes(layer.wraps ? maps.cyclic : maps.phase);
}

function paint({ shape }: FieldData, layer: Layer, view: View, maps: Maps): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.height, canvas.width] = shape;
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  const image = context.createImageData(canvas.width, canvas.height);
  const { amplitude, phase } = numbers(layer);
  const colours = coloursOf(layer, view, maps);
  const [low, high] = view === 'amplitude' ? layer.ranges.amplitude : layer.ranges.phase;
  const brightest = layer.ranges.amplitude[1];
  for (let i = 0; i < amplitude.length; i++) {
    const size = (amplitude[i] / FULL) * layer.largest;
    const angle = phaseOf(phase[i]);
    let colour: ArrayLike<number> = NOT_LIT;
    if (amplitude[i] !== UNLIT && view === 'complex') {
      colour = phaseColour(angle, brightest > 0 ? size / brightest : 0);
    } else if (amplitude[i] !== UNLIT) {
      const part = ((view === 'amplitude' ? size : angle) - low) / (high - low);
      const at = 3 * Math.min(255, Math.max(0, Math.floor(part * 256)));
      colour = colours.subarray(at, at + 3);
    }
    image.data.set([colour[0], colour[1], colour[2], 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

export function fieldScene(field: FieldData, layer: Layer, view: View, maps: Maps): Scene {
  const { shape, psizeM, originM, inPixels } = field;
  const start = [originM[0] - psizeM[0] / 2, originM[1] - psizeM[1] / 2] as const;
  const all = {
    x: [start[1], start[1] + shape[1] * psizeM[1]],
    y: [start[0], start[0] + shape[0] * psizeM[0]],
  } as const;
  const image = paint(field, layer, view, maps);
  const index = (value: number, axis: 0 | 1): number =>
    Math.min(shape[axis] - 1, Math.max(0, Math.floor((value - start[axis]) / psizeM[axis])));
  const { amplitude, phase } = numbers(layer);
  return {
    all,
    equal: true,
    down: true,
    step: [psizeM[1], psizeM[0]],
    axes: ({ x, y }) => ({
      x: lengthAxis('x', x[0], x[1], inPixels),
      y: lengthAxis('y', y[0], y[1], inPixels),
    }),
    draw: (context, at) => {
      context.imageSmoothingEnabled = false;
      const [left, top] = [at.x(all.x[0]), at.y(all.y[0])];
      context.drawImage(image, left, top, at.x(all.x[1]) - left, at.y(all.y[1]) - top);
    },
    read: (x, y) => {
      const [row, col] = [index(y, 0), index(x, 1)];
      const i = row * shape[1] + col;
      const place = [originM[1] + col * psizeM[1], originM[0] + row * psizeM[0]] as const;
      const where = `y ${lengthText(place[1], all.y[1] - all.y[0], inPixels)}, x ${lengthText(place[0], all.x[1] - all.x[0], inPixels)}`;
      const value =
        amplitude[i] === UNLIT
          ? 'not lit'
          : `amplitude ${((amplitude[i] / FULL) * layer.largest).toPrecision(4)}, phase ${minus(phaseOf(phase[i]).toFixed(4))} rad`;
      return { text: `${where} (row ${row}, column ${col}): ${value}`, at: place };
    },
  };
}
