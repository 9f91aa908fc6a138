/** Frames of a prepared file beside what a reconstruction makes of them, without the run that made it. */
import { basename } from 'node:path';
import { ndarray, type NdArray } from '../../array/ndarray.ts';
import type { Backend, DeviceArray } from '../../compute/backend.ts';
import { DataError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import { createGeometry, type PropagatorGeometry } from '../../geometry/propagation.ts';
import { modePairs } from '../../model/package-views.ts';
import { itemCopy, type ViewFrame } from '../../model/view-frames.ts';
import { cornersIn, viewPixels, type Grid } from '../../model/views.ts';
import { isMapping } from '../../params/values.ts';
import type { PtydReader } from '../../ptyd/reading/reader.ts';
import type { PtyrContent } from '../../ptyr/reader.ts';
import type { StoredField } from '../../ptyr/result.ts';

/** A scan of a reconstruction and the frames that it was made from. */
export interface ResultScan {
  readonly label: string;
  readonly reader: PtydReader;
  readonly probe: StoredField;
  readonly object: StoredField;
  readonly geometry: PropagatorGeometry;
  /** (rows, cols) of a frame, and the optical axis in it, pixels. */
  readonly shape: Pair;
  readonly center: Pair;
  /** Where each frame lies by its scan-point index, m, as the reconstruction has it, and its number in the file. */
  readonly views: ReadonlyMap<number, { readonly ordinal: number; readonly position: Pair }>;
}

/** The prepared file that the configuration of a reconstruction names for a scan. */
export function preparedName({ config }: Pick<PtyrContent, 'config'>, label: string): string | undefined {
  const scan = isMapping(config) && isMapping(config.scans) ? config.scans[label] : undefined;
  const data = isMapping(scan) ? scan.data : undefined;
  if (!isMapping(data)) return undefined;
  const names = [data.dfile, data.source].filter((name) => typeof name === 'string' && name !== 'file');
  return names.map(String).find((name) => /\.ptyd$/i.test(name));
}

/** Throws a `DataError` where the frames are not those that the reconstruction was made from. */
export function resultScan(content: PtyrContent, label: string, reader: PtydReader): ResultScan {
  const { positions, probeId, objectId, indices } = content.positions[label];
  const [probe, object] = [content.probes[probeId], content.objects[objectId]];
  const shape = reader.frameShape;
  if (shape === undefined) throw new DataError(`${basename(reader.file)} holds no frames yet`);
  const { center, geometry } = geometryOf(content, label, reader, shape);
  const [, rows, cols] = probe.data.shape;
  if (geometry.shape[0] !== rows || geometry.shape[1] !== cols) {
    throw new DataError(
      `${basename(reader.file)} holds frames of ${shape.join(' x ')} pixels, the probe has ${rows} x ${cols}`,
    );
  }
  const isSamePixel = ([0, 1] as const).every(
    (axis) => Math.abs(probe.psizeM[axis] / geometry.resolutionM[axis] - 1) < 1e-6,
  );
  if (!isSamePixel) {
    throw new DataError(
      `${basename(reader.file)} is of another energy, distance or detector pixel than the reconstruction`,
    );
  }
  const ordinals = new Map(Array.from({ length: reader.frames }, (_, i) => [reader.indexOf(i), i]));
  const views = indices.flatMap((index, i) => {
    const ordinal = ordinals.get(index);
    const position: Pair = [positions.data[2 * i], positions.data[2 * i + 1]];
    return ordinal === undefined ? [] : [[index, { ordinal, position }] as const];
  });
  if (views.length === 0) throw new DataError(`${basename(reader.file)} holds none of the scan points`);
  return { label, reader, probe, object, geometry, shape, center, views: new Map(views) };
}

/** As the file states it, and the configuration where it is silent. */
function geometryOf(
  { config }: PtyrContent,
  label: string,
  { content, positionsUnit }: PtydReader,
  shape: Pair,
): { readonly center: Pair; readonly geometry: PropagatorGeometry } {
  const scan = isMapping(config) && isMapping(config.scans) ? config.scans[label] : {};
  const { data, resample } = isMapping(scan) ? scan : {};
  const given = (name: string): number | null => {
    const value = isMapping(data) ? data[name] : undefined;
    return typeof value === 'number' ? value : null;
  };
  const stated = content.geometry;
  const psize = given('psize');
  const center: Pair =
    stated.center === undefined || typeof stated.center === 'string'
      ? [Math.floor(shape[0] / 2), Math.floor(shape[1] / 2)]
      : stated.center;
  const geometry = createGeometry(
    {
      ...{ shape, center },
      psize: stated.psize ?? (psize === null ? null : [psize, psize]),
      distance: stated.distance ?? given('distance'),
      energy: stated.energy ?? given('energy'),
      propagation: stated.propagation === 'nearfield' ? 'nearfield' : 'farfield',
      electron_data: stated.electron_data === true,
      positions_unit: positionsUnit ?? 'm',
    },
    typeof resample === 'number' ? resample : 1,
  );
  return { center, geometry };
}

/** What a reconstruction makes of its frames. Disposing of the backend ends it. */
export class ResultFrames {
  readonly #scan: ResultScan;
  readonly #backend: Backend;
  readonly #probe: DeviceArray;
  readonly #object: DeviceArray;

  constructor(scan: ResultScan, backend: Backend) {
    this.#scan = scan;
    this.#backend = backend;
    const upload = ({ data }: StoredField): DeviceArray => {
      const array = backend.allocate(data.shape, 'complex');
      backend.upload(array, data);
      return array;
    };
    this.#probe = upload(scan.probe);
    this.#object = upload(scan.object);
  }

  /** Of these scan points, in their order. Throws a `DataError` for those that are not there, or lie beside the object. */
  async read(indices: readonly number[]): Promise<readonly ViewFrame[]> {
    const { label, reader, probe, object, geometry, center, views } = this.#scan;
    const found = indices.map((index) => {
      const view = views.get(index);
      if (view === undefined) throw new DataError(`there is no frame of scan point ${index}`);
      return view;
    });
    const positions = found.flatMap(({ position }) => position);
    const { data, weights } = await reader.readFrames(found.map(({ ordinal }) => ordinal));
    const block = this.#backend.createBlock({
      intensities: data,
      weights: weights ?? reader.commonWeight ?? ones(data.shape.slice(1)),
      corners: this.#corners(positions),
      geometry,
      modes: modePairs(probe.data.shape[0], object.data.shape[0]),
    });
    try {
      const all = [...found.keys()];
      const measured = await this.#backend.readFrames(block, all);
      const modelled = await this.#backend.modelIntensities(block, this.#probe, this.#object, all);
      return found.map(({ position }, n) => ({
        ...{ scan: label, index: indices[n], position, center },
        measured: itemCopy(measured.intensities, n),
        model: itemCopy(modelled, n),
        weights: itemCopy(measured.weights, n),
      }));
    } finally {
      this.#backend.freeBlock(block);
    }
  }

  #corners(positions: readonly number[]): NdArray<'int32'> {
    const { object, geometry } = this.#scan;
    const [, rows, cols] = object.data.shape;
    const grid: Grid = {
      first: [
        Math.round(object.originM[0] / object.psizeM[0]),
        Math.round(object.originM[1] / object.psizeM[1]),
      ],
      shape: [rows, cols],
    };
    const { pixels } = viewPixels(positions, geometry.resolutionM);
    const corners = cornersIn(grid, pixels, geometry.shape);
    const isInside = corners.every(
      (first, i) => first >= 0 && first + geometry.shape[i % 2] <= grid.shape[i % 2],
    );
    if (!isInside) throw new DataError('the frame lies beside the object');
    return ndarray('int32', [positions.length / 2, 2], corners);
  }
}

function ones(shape: readonly number[]): NdArray<'uint8'> {
  return ndarray('uint8', shape, new Uint8Array(shape[0] * shape[1]).fill(1));
}
