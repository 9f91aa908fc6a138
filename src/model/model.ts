/**
 * The model of an experiment: probes, objects, and blocks of views that refer to them. It takes data packages in, one
 * block each, and grows the object when positions leave its grid. All calls that wait are collective.
 */
import { fromNumbers, ndarray, type NdArray } from '../array/ndarray.ts';
import type { Backend } from '../compute/backend.ts';
import { DataError } from '../errors.ts';
import type { DataPackage } from '../frames/package.ts';
import { createGeometry, type PropagatorGeometry } from '../geometry/propagation.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { requireModes, requirePixel, requireSameGeometry } from './agreement.ts';
import { finerImage, largestWeight, summarizeFrames, type FrameSummary } from './frame-summary.ts';
import { createObjectPainter, type ObjectStart } from './initial-object.ts';
import { createProbe, type ProbeStart } from './initial-probe.ts';
import type { ModelBlock } from './model-block.ts';
import { joined, modePairs, ownRows, pick } from './package-views.ts';
import { placeViews } from './placement.ts';
import { backPropagatedProbe } from './probe-estimate.ts';
import { searchProbe } from './probe-search.ts';
import { growObject, originOf, type ObjectStorage, type ProbeStorage } from './storage.ts';
import { transmission } from './transmission.ts';
import { cornersIn, gridAround, viewPixels, type Grid, type ViewPixels } from './views.ts';

/** What a scan starts from. */
export interface ScanStart {
  readonly probe: ProbeStart;
  readonly object: ObjectStart;
  /** Pixels of the waves along a pixel of the frames: the far field of view is that many times as large. Default 1. */
  readonly resample?: number;
  /** Storages to use; scans that name the same one share it. Default: one of the scan's own, `S<label>G00`. */
  readonly probeId?: string;
  readonly objectId?: string;
}

/** What a scan starts from unless something else is asked for: probe from the frames, object 1 everywhere. */
export const DEFAULT_START: ScanStart = {
  probe: { photons: null, modes: 1, diversity: null, seed: 0 },
  object: { fill: [1, 0], modes: 1, diversity: null, seed: 0 },
};

export interface ScanState {
  readonly label: string;
  readonly start: ScanStart;
  readonly probeId: string;
  readonly objectId: string;
  /** Scan-point indices of all ranks, in the order they came. */
  readonly indices: number[];
  /** Their positions as measured, m: y, x, y, x, … */
  readonly measured: number[];
  /** Where their views lie, m: the measured positions until `movePositions`. */
  readonly positions: number[];
  /** Weight that counts as 1, from the scan's first frames. */
  weightUnit: number | undefined;
}

/** Where the views of a scan lie, of all ranks. */
export interface ModelPositions {
  readonly indices: readonly number[];
  /** (n, 2) m, (y, x), where the views lie now. */
  readonly positions: NdArray<'float64'>;
  /** (n, 2) m, (y, x), as measured. */
  readonly measured: NdArray<'float64'>;
  readonly probeId: string;
  readonly objectId: string;
}

/** Probes, objects and views of one or several scans, on one rank. */
export class Model {
  readonly backend: Backend;
  readonly communicator: Communicator;
  readonly scans = new Map<string, ScanState>();
  readonly probes = new Map<string, ProbeStorage>();
  readonly objects = new Map<string, ObjectStorage>();
  /** In the order the packages came. Packages without frames for this rank leave none. */
  readonly blocks: ModelBlock[] = [];

  readonly #signal: AbortSignal | undefined;

  /** The signal is honoured while a start is looked for. */
  constructor(given: { backend: Backend; communicator: Communicator; signal?: AbortSignal | undefined }) {
    this.backend = given.backend;
    this.communicator = given.communicator;
    this.#signal = given.signal;
  }

  /** Says how a scan starts, before its first package. Throws `DataError` for a label that is there already. */
  addScan(label: string, start: ScanStart = DEFAULT_START): void {
    if (this.scans.has(label)) throw new DataError(`scan '${label}' is in the model already`);
    this.scans.set(label, {
      label,
      start,
      probeId: start.probeId ?? `S${label}G00`,
      objectId: start.objectId ?? `S${label}G00`,
      indices: [],
      measured: [],
      positions: [],
      weightUnit: undefined,
    });
  }

  /** Takes a package of a scan in. Throws `DataError` for scans not added and for frames unlike those before. */
  async addPackage(label: string, data: DataPackage): Promise<void> {
    await this.addPackages(label, [data]);
  }

  /** Takes packages in, one block each. The first frames of a scan say what it starts from: the more come at once, the better. */
  async addPackages(label: string, given: readonly DataPackage[]): Promise<void> {
    const scan = this.scans.get(label);
    if (scan === undefined)
      throw new DataError(`scan '${label}' is not in the model: add it before its packages`);
    const packages = given.filter(({ chunk }) => chunk.indices.length > 0);
    if (packages.length === 0) return;
    const { resample = 1 } = scan.start;
    const geometries = packages.map(({ common }) => createGeometry(common, resample));
    const [geometry] = geometries;
    for (const other of geometries) requireSameGeometry(scan, geometry, other);
    const views = packages.map(({ chunk }) => viewPixels(chunk.positions.data, geometry.resolutionM));
    await this.#ensureProbe(scan, packages, geometry);
    const pixels = views.map((view) => view.pixels);
    const object = await this.#ensureObject(scan, packages, pixels, geometry);
    scan.weightUnit ??= await largestWeight(
      this.communicator,
      packages.map(({ chunk }) => chunk.weights),
    );
    packages.forEach((data, i) => {
      this.#addBlock(scan, object, data, views[i], geometry);
    });
  }

  /** Positions of a scan in the order of its indices, (n, 2) m, and the storages that they place. */
  positionsOf(label: string): ModelPositions {
    const { indices, positions, measured, probeId, objectId } = this.scan(label);
    const shape = [indices.length, 2];
    return {
      indices,
      positions: fromNumbers('float64', positions, shape),
      measured: fromNumbers('float64', measured, shape),
      probeId,
      objectId,
    };
  }

  scan(label: string): ScanState {
    const scan = this.scans.get(label);
    if (scan === undefined) throw new DataError(`scan '${label}' is not in the model`);
    return scan;
  }

  probe(id: string): ProbeStorage {
    return found(this.probes.get(id), 'probe', id);
  }

  object(id: string): ObjectStorage {
    return found(this.objects.get(id), 'object', id);
  }

  /** Frees everything on the backend. */
  dispose(): void {
    for (const { block } of this.blocks) this.backend.freeBlock(block);
    for (const { array } of [...this.probes.values(), ...this.objects.values()]) this.backend.free(array);
    this.blocks.length = 0;
    this.probes.clear();
    this.objects.clear();
  }

  #addBlock(
    scan: ScanState,
    object: ObjectStorage,
    data: DataPackage,
    { pixels, residuals }: ViewPixels,
    geometry: PropagatorGeometry,
  ): void {
    const { chunk } = data;
    const before = scan.indices.length;
    scan.indices.push(...chunk.indices);
    scan.measured.push(...chunk.positions.data);
    scan.positions.push(...chunk.positions.data);
    const own = ownRows(data);
    if (own.length === 0) return;
    const ownPixels = pick(pixels, own);
    const corners = cornersIn(object.grid, ownPixels, geometry.shape);
    this.blocks.push({
      scan: scan.label,
      probeId: scan.probeId,
      objectId: scan.objectId,
      framePixels: data.common.shape[0] * data.common.shape[1],
      indices: [...chunk.indicesNode],
      rows: own.map((row) => before + row),
      pixels: ownPixels,
      residuals: pick(residuals, own),
      block: this.backend.createBlock({
        intensities: chunk.data,
        weights: chunk.weights,
        weightUnit: scan.weightUnit ?? 1,
        corners: ndarray('int32', [own.length, 2], corners),
        geometry,
        modes: modePairs(scan.start.probe.modes, scan.start.object.modes),
      }),
    });
  }

  async #ensureProbe(
    scan: ScanState,
    packages: readonly DataPackage[],
    geometry: PropagatorGeometry,
  ): Promise<void> {
    const known = this.probes.get(scan.probeId);
    if (known !== undefined) {
      requireSameGeometry(scan, known.geometry, geometry);
      requireModes('probe', scan.probeId, known.array.shape[0], scan.start.probe.modes);
      return;
    }
    const frames = await summarizeFrames(this.communicator, packages);
    const { probe: start, resample = 1 } = scan.start;
    const estimate = start.given === undefined ? await this.#estimate(packages, resample, frames) : undefined;
    const probe = createProbe(start, geometry.shape, frames.brightest, estimate);
    const array = this.backend.allocate(probe.shape, 'complex');
    this.backend.upload(array, probe);
    const energyKeV = packages[0].common.energy ?? NaN;
    this.probes.set(scan.probeId, { id: scan.probeId, array, geometry, energyKeV });
  }

  /** The probe that the frames suggest. */
  #estimate(packages: readonly DataPackage[], resample: number, frames: FrameSummary): Promise<Float64Array> {
    const { common } = packages[0];
    if (common.propagation === 'nearfield') {
      const mean = finerImage(frames.mean, common.shape, resample);
      return Promise.resolve(backPropagatedProbe(mean, createGeometry(common, resample)));
    }
    const { backend, communicator } = this;
    return searchProbe(backend, communicator, packages, resample, frames, this.#signal);
  }

  async #ensureObject(
    scan: ScanState,
    packages: readonly DataPackage[],
    pixels: readonly Int32Array[],
    geometry: PropagatorGeometry,
  ): Promise<ObjectStorage> {
    const known = this.objects.get(scan.objectId);
    const grid = gridAround(joined(pixels), geometry.shape, known?.grid);
    if (known === undefined) {
      const start = await this.#objectStart(scan, packages, pixels, geometry.resolutionM, grid);
      const energyKeV = packages[0].common.energy ?? NaN;
      const painter = createObjectPainter(start, geometry.resolutionM, grid);
      const shape = [start.modes, ...grid.shape];
      const array = this.backend.allocate(shape, 'complex');
      this.backend.upload(array, ndarray('complex128', shape, painter.paint(grid)));
      const inPixels = geometry.inPixels === true;
      const psizeM = geometry.resolutionM;
      const created = { id: scan.objectId, array, grid, psizeM, energyKeV, inPixels, painter };
      this.objects.set(scan.objectId, created);
      return created;
    }
    requirePixel(scan, known.psizeM, geometry.resolutionM);
    requireModes('object', scan.objectId, known.array.shape[0], scan.start.object.modes);
    await this.growTo(known, grid);
    return known;
  }

  /** How the object of a scan starts; its first package says what that is if it is found from the frames. */
  async #objectStart(
    { start, probeId }: ScanState,
    packages: readonly DataPackage[],
    pixels: readonly Int32Array[],
    psizeM: PropagatorGeometry['resolutionM'],
    grid: Grid,
  ): Promise<ObjectStart> {
    if (start.object.stxm !== true) return start.object;
    const probe = await this.backend.read(this.probe(probeId).array);
    const lit = { packages, pixels, probe };
    const given = await transmission(this.communicator, lit, grid, start.object.fill);
    return { ...start.object, given, givenOriginM: originOf({ grid, psizeM }) };
  }

  /** Gives an object a grid around its own: known regions are kept, and views stay where they are. True if it grew. */
  async growTo(object: ObjectStorage, grid: Grid): Promise<boolean> {
    if (grid.shape[0] === object.grid.shape[0] && grid.shape[1] === object.grid.shape[1]) return false;
    await growObject(this.backend, object, grid);
    for (const item of this.blocks) if (item.objectId === object.id) placeViews(this.backend, item, grid);
    return true;
  }
}

function found<T>(storage: T | undefined, what: string, id: string): T {
  if (storage === undefined)
    throw new DataError(`the model has no ${what} '${id}' (yet): no frames came in for it`);
  return storage;
}
