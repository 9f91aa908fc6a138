/** How much light falls on each pixel of an object and through each pixel of a probe, and how many views a pixel has. */
import { DataError } from '../../errors.ts';
import type { Block } from '../backend.ts';
import { checkObject, checkProbe } from './checks.ts';
import { nameOf, sameShape, type NumberArray, type Numbers } from './numbers.ts';

/** A block whose corners, (views, 2), are at hand. */
export interface PlacedBlock extends Block {
  readonly corners: Int32Array;
}

/** probeLight += Σ|O_k|² of every view's window, objectLight += Σ|P_k|² there; both real, shaped as probe and object. */
export function addLight(
  block: PlacedBlock,
  probe: NumberArray,
  object: NumberArray,
  probeLight: NumberArray,
  objectLight: NumberArray,
): void {
  checkProbe(block, probe);
  checkObject(block, object);
  requireReal(probeLight, probe);
  requireReal(objectLight, object);
  const [rows, cols] = block.frameShape;
  const [, height, pitch] = object.shape;
  const [fromProbe, fromObject] = [powers(probe.data), powers(object.data)];
  const [onProbe, onObject] = [probeLight.data, objectLight.data];
  for (let view = 0; view < block.views; view++) {
    const corner = block.corners[2 * view] * pitch + block.corners[2 * view + 1];
    for (const [probeLayer, objectLayer] of block.modes) {
      const first = objectLayer * height * pitch + corner;
      for (let r = 0, p = probeLayer * rows * cols; r < rows; r++) {
        for (let c = 0, o = first + r * pitch; c < cols; c++, p++, o++) {
          onProbe[p] += fromObject[o];
          onObject[o] += fromProbe[p];
        }
      }
    }
  }
}

/** coverage += the number of views whose window holds the pixel, in every layer; real, shaped as an object. */
export function addCoverage(block: PlacedBlock, coverage: NumberArray): void {
  checkObject(block, coverage);
  requireReal(coverage, coverage);
  const [rows, cols] = block.frameShape;
  const [layers, height, pitch] = coverage.shape;
  const { data } = coverage;
  for (let layer = 0; layer < layers; layer++) {
    for (let view = 0; view < block.views; view++) {
      const row = layer * height + block.corners[2 * view];
      for (let r = 0; r < rows; r++) {
        const start = (row + r) * pitch + block.corners[2 * view + 1];
        for (let i = start; i < start + cols; i++) data[i]++;
      }
    }
  }
}

/** target = 1/√(target + offset). */
export function inverseRoot({ data }: NumberArray, offset: number): void {
  for (let i = 0; i < data.length; i++) data[i] = 1 / Math.sqrt(data[i] + offset);
}

function powers(data: Numbers): Float64Array {
  const out = new Float64Array(data.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = data[2 * i] ** 2 + data[2 * i + 1] ** 2;
  return out;
}

function requireReal(light: NumberArray, of: NumberArray): void {
  if (!light.complex && sameShape(light, of)) return;
  throw new DataError(`light ${nameOf(light)} of ${nameOf(of)}: real, same shape`);
}
