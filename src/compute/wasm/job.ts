/** What a kernel is given: probe, object and views, these brought into memory as many at a time as fit. */
import type { Block, DeviceArray, ErrorSums } from '../backend.ts';
import { checkObject, checkProbe } from '../shared/checks.ts';
import { ownOf, type WasmArray } from './arrays.ts';
import { ownBlock, type WasmBlock } from './block.ts';
import type { ViewStore } from './frames.ts';
import { JOB, SUMS, VIEW } from './generated/records.ts';
import type { Kernels } from './kernels.ts';
import { withScratch, type Scratch } from './scratch.ts';

/** Bytes of views that are brought in at once, where so much is free. */
const STAGE_BYTES = 2 ** 26;

export interface JobRequest {
  readonly block: WasmBlock;
  readonly probe: WasmArray;
  readonly object: WasmArray;
  /** Waves transformed at once, for each mode. */
  readonly wavesPerMode?: number;
  /** Waves of each view the kernel reads, and whether it changes them. */
  readonly exits?: ViewStore;
  readonly changesExits?: boolean;
  /** They are those of `views` one after the other, not those of the block's views. */
  readonly exitsInOrder?: boolean;
  /** Views in the order they are visited; all by default. */
  readonly views?: readonly number[];
  /** Corners of these views other than the block's. */
  readonly corners?: Int32Array;
}

/** A job in memory, and what it needs beside the kernels' record. */
export interface RunningJob {
  readonly pointer: number;
  /** First of the views of this call in the order of all that are visited, and how many they are. */
  readonly first: number;
  readonly count: number;
  /** The probe's layers in blocks. */
  readonly probeBlocks: number;
  readonly layers: Layers;
  readonly scratch: Scratch;
}

/** Sums as the kernels leave them. */
export interface KernelSums {
  magnitude: number;
  photon: number;
  exit: number;
  residual: number;
  amplitude: number;
  loss: number;
  slope: number;
  curvature: number;
}

/** Probe and object of a block, as these kernels'. Throws `DataError` where a mode names a missing layer or a view leaves the object. */
export function operands(
  kernels: Kernels,
  target: Block,
  probe: DeviceArray,
  object: DeviceArray,
): { block: WasmBlock; probe: WasmArray; object: WasmArray } {
  const block = ownBlock(kernels, target);
  return {
    block,
    probe: checkProbe(block, ownOf(kernels, probe, 'complex')),
    object: checkObject(block, ownOf(kernels, object, 'complex')),
  };
}

/** Calls a kernel with the job, more than once where the views do not all lie in the kernels' memory. */
export function runJob(request: JobRequest, call: (job: RunningJob) => void): KernelSums {
  const { block, object } = request;
  const { kernels, transform } = block;
  return withScratch(kernels, (scratch) => {
    const waves = block.modes.length * (request.wavesPerMode ?? 1);
    const valueBytes = Math.max(transform.panelBytes / 2, 16 * transform.blocks);
    const sums = scratch.takeZeroed(SUMS.bytes);
    const pointer = scratch.take(JOB.bytes);
    const views = request.views ?? Array.from({ length: block.views }, (_, view) => view);
    const layers = new Layers(kernels, scratch, block);
    const probes = layers.probes(request.probe);
    const record = {
      transform: transform.pointer,
      modes: block.modes.length,
      probes: scratch.pointers(probes.modes),
      objects: scratch.pointers(layers.objects(object)),
      objectPitch: 8 * object.shape[2],
      waves: scratch.takeZeroed(waves * transform.paddedBytes),
      waveBytes: transform.paddedBytes,
      panels: scratch.take(waves * transform.panelBytes),
      panelBytes: transform.panelBytes,
      values: scratch.takeZeroed(3 * valueBytes),
      valueBytes,
      exitBytes: transform.waveBytes,
      byRows: block.byRows ? 1 : 0,
      binning: block.binning,
      weighted: block.weights === undefined ? 0 : 1,
      sums,
    };
    for (const part of parts(request, views, scratch)) {
      kernels.write(pointer, JOB, { ...record, views: part.table, viewCount: part.count });
      const { first, count } = part;
      call({ pointer, first, count, probeBlocks: probes.first, layers, scratch });
      part.finish();
    }
    const values = kernels.doubles(sums, SUMS.bytes / 8);
    const [magnitude, photon, exit, residual, amplitude, loss, slope, curvature] = values;
    return { magnitude, photon, exit, residual, amplitude, loss, slope, curvature };
  });
}

interface Part {
  readonly table: number;
  readonly first: number;
  readonly count: number;
  readonly finish: () => void;
}

/** Views table by table: all at once where they lie in memory, else staged. */
function* parts(request: JobRequest, views: readonly number[], scratch: Scratch): Generator<Part> {
  const { block, exits, object } = request;
  const { kernels, frames, weights } = block;
  const corners = request.corners ?? block.corners;
  const perView = [frames, block.weightsAreShared ? undefined : weights, exits];
  const staged = perView.filter((store) => store !== undefined).filter((store) => store.isOutside);
  const stagedBytes = staged.reduce((sum, store) => sum + store.bytes, 0);
  const stageBytes = Math.min(STAGE_BYTES, kernels.available / 4);
  const most = stagedBytes === 0 ? views.length : Math.max(1, Math.floor(stageBytes / stagedBytes));
  const table = scratch.take(VIEW.bytes * Math.max(1, Math.min(most, views.length)));
  const slots = new Map(
    staged.map((store) => [store, scratch.take(store.bytes * Math.min(most, views.length))]),
  );
  const place = (store: ViewStore | undefined, view: number, i: number): number => {
    if (store === undefined) return 0;
    const slot = slots.get(store);
    return slot === undefined ? store.pointer(view) : slot + i * store.bytes;
  };
  const shared = block.weightsAreShared ? sharedWeights(block, scratch) : undefined;
  for (let first = 0; first < views.length; first += most) {
    const some = views.slice(first, first + most);
    const exitOf = (view: number, i: number): number => (request.exitsInOrder === true ? first + i : view);
    for (const [store, slot] of slots) {
      some.forEach((view, i) => {
        const source = store === exits ? exitOf(view, i) : view;
        kernels.floats(slot + i * store.bytes, store.bytes / 4).set(store.view(source));
      });
    }
    some.forEach((view, i) => {
      kernels.write(table + i * VIEW.bytes, VIEW, {
        frame: place(frames, view, i),
        weight: shared ?? place(weights, view, i),
        exit: place(exits, exitOf(view, i), i),
        corner: 8 * (corners[2 * view] * object.shape[2] + corners[2 * view + 1]),
        measured: Math.max(block.measured[view], 1),
      });
    });
    const finish = (): void => {
      const slot = exits === undefined ? undefined : slots.get(exits);
      if (exits === undefined || slot === undefined || request.changesExits !== true) return;
      some.forEach((view, i) => {
        exits.view(exitOf(view, i)).set(kernels.floats(slot + i * exits.bytes, exits.bytes / 4));
      });
    };
    yield { table, first, count: some.length, finish };
  }
}

/** One frame of weights for all views; 0 where there are none. */
function sharedWeights({ kernels, weights }: WasmBlock, scratch: Scratch): number {
  if (weights === undefined) return 0;
  if (!weights.isOutside) return weights.pointer(0);
  const pointer = scratch.take(weights.bytes);
  kernels.floats(pointer, weights.bytes / 4).set(weights.view(0));
  return pointer;
}

/** Layers of arrays as the modes of a block name them, and probes in blocks. */
export class Layers {
  readonly #kernels: Kernels;
  readonly #scratch: Scratch;
  readonly #block: WasmBlock;

  constructor(kernels: Kernels, scratch: Scratch, block: WasmBlock) {
    this.#kernels = kernels;
    this.#scratch = scratch;
    this.#block = block;
  }

  /** Copies of the layers in blocks, times the phase of the sample plane. */
  probes(probe: WasmArray): { first: number; modes: number[] } {
    const { waveBytes, phase, rows, columns } = this.#block.transform;
    const [layers] = probe.shape;
    const first = this.#scratch.take(layers * waveBytes);
    for (let layer = 0; layer < layers; layer++) {
      const target = first + layer * waveBytes;
      this.#kernels.call.toBlocks(probe.layer(layer), phase, target, rows, columns);
    }
    return { first, modes: this.#block.modes.map(([layer]) => first + layer * waveBytes) };
  }

  /** Layers in blocks back into their array. */
  store(first: number, probe: WasmArray): void {
    const { waveBytes, phase, rows, columns } = this.#block.transform;
    probe.data.fill(0);
    for (let layer = 0; layer < probe.shape[0]; layer++) {
      this.#kernels.call.addBlocks(first + layer * waveBytes, phase, probe.layer(layer), rows, columns);
    }
  }

  /** Zeroed blocks alike `probes`; `add` adds them to the array. */
  probeSums(target: WasmArray): { modes: number; add: () => void } {
    const { waveBytes, phase, rows, columns } = this.#block.transform;
    const [layers] = target.shape;
    const first = this.#scratch.takeZeroed(layers * waveBytes);
    return {
      modes: this.#scratch.pointers(this.#block.modes.map(([layer]) => first + layer * waveBytes)),
      add: () => {
        for (let layer = 0; layer < layers; layer++) {
          const source = first + layer * waveBytes;
          this.#kernels.call.addBlocks(source, phase, target.layer(layer), rows, columns);
        }
      },
    };
  }

  /** The same for real numbers. */
  probePowers(target: WasmArray): { modes: number; add: () => void } {
    const { waveBytes, blocks, rows, columns } = this.#block.transform;
    const [layers] = target.shape;
    const bytes = waveBytes / 2;
    const first = this.#scratch.takeZeroed(layers * bytes);
    return {
      modes: this.#scratch.pointers(this.#block.modes.map(([layer]) => first + layer * bytes)),
      add: () => {
        for (let layer = 0; layer < layers; layer++) {
          this.#kernels.call.addRows(first + layer * bytes, 4 * blocks, target.layer(layer), rows, columns);
        }
      },
    };
  }

  objects(object: WasmArray): number[] {
    return this.#block.modes.map(([, layer]) => object.layer(layer));
  }
}

/** Sums as the contract wants them. */
export function errorSums(views: number, sums: KernelSums): ErrorSums {
  const { magnitude, photon, exit, residual, amplitude } = sums;
  return { views, magnitude, photon, exit, residual, amplitude };
}
