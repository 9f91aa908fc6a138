/** What there is to see of a `.ptyr` or a `.ptyd`. */
import {
  astype,
  isComplex,
  isNdArray,
  ndarray,
  sliceFirst,
  toNumbers,
  type NdArray,
} from '../../array/ndarray.ts';
import { messageOf } from '../../errors.ts';
import { readTree } from '../../hdf5/encoding.ts';
import type { H5File } from '../../hdf5/file.ts';
import { logTo } from '../../log.ts';
import { INFO } from '../../ptyd/format.ts';
import { PtydReader } from '../../ptyd/reading/reader.ts';
import { readParameters } from '../../ptyr/parameters.ts';
import { OBJECTS, PROBES, readPtyr, type PtyrContent } from '../../ptyr/reader.ts';
import { isMapping } from '../../params/values.ts';
import { readStoredRun } from '../../run/config/stored-run.ts';
import { fieldInfo } from '../pictures/describe.ts';
import { positionRows } from '../pictures/position-rows.ts';
import type { ScanInfo } from '../protocol/messages.ts';
import type { ResultScans } from './result-scans.ts';
import { RequestError, type Answers, type FieldAnswer, type FrameAnswer } from './messages.ts';

type Described = Answers['describe'];

export function isPtyr(h5: H5File): boolean {
  return h5.kind(PROBES) === 'group' || h5.kind(OBJECTS) === 'group';
}

export function isPtyd(h5: H5File): boolean {
  return h5.kind('chunks') === 'group';
}

/** Of a reconstruction. */
export async function describePtyr(file: string, source: string, results: ResultScans): Promise<Described> {
  const content = await readPtyr(file);
  const scans: ScanInfo[] = [];
  for (const label of Object.keys(content.positions)) {
    scans.push(await describeScan(file, content, label, results));
  }
  const { objects, probes, history } = content;
  const energies = [...Object.values(probes), ...Object.values(objects)].map(({ energyKeV }) => energyKeV);
  const energy = energies.find((value) => !Number.isNaN(value));
  return {
    description: {
      ...{ source, sequence: 1 },
      objects: Object.entries(objects).map(([id, field]) => fieldInfo(id, field, false)),
      probes: Object.entries(probes).map(([id, field]) => fieldInfo(id, field, true)),
      scans,
      facts: [
        ...(energy === undefined ? [] : [{ name: 'Energy', value: `${energy} keV` }]),
        { name: 'Iterations', value: String(history.at(-1)?.iterations ?? 0) },
        ...(history.length === 0 ? [] : [{ name: 'Engine', value: history[history.length - 1].engine }]),
      ],
    },
    history: history.map((entry) => ({
      ...entry,
      numiter: Number.isFinite(entry.numiter) ? entry.numiter : null,
    })),
  };
}

async function describeScan(
  file: string,
  content: PtyrContent,
  label: string,
  results: ResultScans,
): Promise<ScanInfo> {
  const { probeId, objectId } = content.positions[label];
  try {
    const { views, shape, center } = await results.scan(file, content, label);
    const indices = [...views.keys()].sort((a, b) => a - b);
    return { label, probeId, objectId, indices, shape, center, hasModel: true };
  } catch (error) {
    const none = { indices: [], shape: null, center: null, hasModel: false };
    return { label, probeId, objectId, ...none, trouble: messageOf(error) };
  }
}

/** A layer (rows, cols) of a probe or an object, as it is stored; only that is read. */
export function fieldLayer(
  h5: H5File,
  what: 'object' | 'probe',
  id: string,
  layer: number,
): FieldAnswer['plane'] {
  const folder = what === 'object' ? OBJECTS : PROBES;
  const path = `${folder}/${id}/data`;
  if (id.includes('/') || h5.kind(path) !== 'dataset')
    throw new RequestError(404, `there is no ${what} '${id}'`);
  const { shape } = h5.info(path);
  const layers = shape.length === 2 ? 1 : shape[0];
  if (!Number.isInteger(layer) || layer < 0 || layer >= layers) {
    throw new RequestError(404, `${what} '${id}' has ${layers} layers, there is no layer ${layer}`);
  }
  const data = h5.read(path, shape.length === 2 ? undefined : [{ start: layer, stop: layer + 1 }]);
  const plane = { ...data, shape: data.shape.slice(-2) };
  if (isComplex(plane.dtype)) return plane as FieldAnswer['plane'];
  throw new RequestError(400, `${what} '${id}' is ${plane.dtype}, not complex`);
}

/** (n, 5): index, y, x, and both as measured. */
export async function ptyrPositions(file: string, label: string): Promise<NdArray<'float64'>> {
  const { positions }: PtyrContent = await readPtyr(file);
  if (!Object.hasOwn(positions, label)) throw new RequestError(404, `there is no scan '${label}'`);
  return positionRows(positions[label]);
}

/** The configuration of a reconstruction; of a prepared file the part of one that it was made with. */
export async function parametersOf(file: string, h5: H5File): Promise<unknown> {
  if (isPtyr(h5) && readParameters(h5) !== undefined) return (await readStoredRun(file)).tree;
  if (isPtyr(h5) || h5.kind(INFO) !== 'group') throw new RequestError(404, 'The file holds no parameters.');
  const info = plain(readTree(h5, INFO));
  const label = isMapping(info) && typeof info.label === 'string' ? info.label : UNNAMED;
  return { scans: { [label]: { data: info } } };
}

/** Arrays as lists, as configurations have them. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (isNdArray(value)) {
    const numbers = Array.from(toNumbers(value));
    return value.shape.length === 0 && numbers.length === 1 ? numbers[0] : numbers;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

/** Prepared files: where each frame lies is found once. */
export class PreparedFiles {
  readonly #readers = new Map<string, PtydReader>();

  async describe(file: string, source: string): Promise<Described> {
    const reader = await this.#at(file);
    const { frames, content, expected, frameShape, remarks } = reader;
    const { energy, distance, psize, propagation } = content.geometry;
    const fact = (
      name: string,
      value: string | number | readonly number[] | undefined,
      unit: string,
    ): { name: string; value: string }[] =>
      value === undefined ? [] : [{ name, value: `${[value].flat().join(' × ')}${unit}` }];
    return {
      description: {
        ...{ source, sequence: reader.batches, objects: [], probes: [] },
        scans: [
          {
            label: labelOf(reader),
            indices: Array.from({ length: frames }, (_, i) => reader.indexOf(i)).sort((a, b) => a - b),
            shape: frameShape === undefined ? null : [frameShape[0], frameShape[1]],
            center: centerOf(reader),
            ...{ probeId: null, objectId: null, hasModel: false },
          },
        ],
        facts: [
          { name: 'Frames', value: expected === undefined ? String(frames) : `${frames} of ${expected}` },
          ...fact('Energy', energy, ' keV'),
          ...fact('Distance', distance, ' m'),
          ...fact('Detector pixel', psize, ' m'),
          ...fact('Propagation', propagation, ''),
          ...remarks.map((value) => ({ name: 'Note', value })),
        ],
      },
      history: [],
    };
  }

  /** A frame and its weights; nothing else of the file is read. */
  async frame(file: string, label: string, index: number | null): Promise<FrameAnswer> {
    const reader = await this.#scan(file, label);
    const { frames } = reader;
    if (frames === 0) throw new RequestError(404, 'there is no frame yet');
    const points = Array.from({ length: frames }, (_, i) => reader.indexOf(i));
    const ordinal = index === null ? frames - 1 : points.indexOf(index);
    if (ordinal === -1) throw new RequestError(404, `there is no frame of scan point ${index ?? ''}`);
    const { data, weights } = await reader.readFrames([ordinal]);
    const shape = data.shape.slice(1);
    const ones = (): NdArray<'float32'> =>
      ndarray('float32', shape, new Float32Array(data.data.length).fill(1));
    const common = reader.commonWeight;
    const mask = weights === undefined ? common : sliceFirst(weights, 0, 1);
    return {
      index: reader.indexOf(ordinal),
      measured: { ...astype(data, 'float32'), shape },
      mask: mask === undefined ? ones() : { ...astype(mask, 'float32'), shape },
    };
  }

  async positions(file: string, label: string): Promise<NdArray<'float64'>> {
    const reader = await this.#scan(file, label);
    const positions = await reader.readPositions();
    const indices = Array.from({ length: reader.frames }, (_, i) => reader.indexOf(i));
    return positionRows({ indices, positions, measured: positions });
  }

  async #scan(file: string, label: string): Promise<PtydReader> {
    const reader = await this.#at(file);
    if (labelOf(reader) !== label) throw new RequestError(404, `there is no scan '${label}'`);
    return reader;
  }

  async #at(file: string): Promise<PtydReader> {
    const reader = this.#readers.get(file) ?? new PtydReader(file, SILENT);
    await reader.refresh();
    this.#readers.set(file, reader);
    return reader;
  }
}

/** What is odd in a file stands among the facts. */
const SILENT = logTo(() => undefined);

/** Where the file states it. */
function centerOf({ content }: PtydReader): ScanInfo['center'] {
  const { center } = content.geometry;
  return center === undefined || typeof center === 'string' ? null : [center[0], center[1]];
}

/** Of the scan in a file that does not name it. */
const UNNAMED = 'scan';

function labelOf(reader: PtydReader): string {
  return reader.content.geometry.label ?? UNNAMED;
}
