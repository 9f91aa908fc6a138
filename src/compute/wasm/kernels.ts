/** The compiled kernels with a memory of their own. */
import { fromBase64 } from '../../array/base64.ts';
import { DataError } from '../../errors.ts';
import { PLAIN_KERNELS, RELAXED_KERNELS } from './generated/kernels.ts';
import { disposed } from '../shared/lifetime.ts';
import { Heap } from './heap.ts';

const PAGE = 65536;
/** What 32-bit addresses reach. */
const MOST_PAGES = 65536;

/** The functions of `kernels/assembly`; numbers without a name there are pointers. */
export interface KernelFunctions {
  combine(target: number, scale: number, factor: number, source: number, count: number): void;
  dot(a: number, b: number, count: number): number;
  quotient(target: number, numerator: number, denominator: number, weight: number, count: number): void;
  toBlocks(source: number, phase: number, target: number, rows: number, columns: number): void;
  addBlocks(source: number, phase: number, target: number, rows: number, columns: number): void;
  addRows(source: number, stride: number, target: number, rows: number, columns: number): void;
  transform(transform: number, wave: number): void;
  initializeExit(job: number): void;
  project(
    job: number,
    a: number,
    b: number,
    c: number,
    powerBound: number,
    photonError: number,
    numerators: number,
    denominators: number,
  ): void;
  accumulateObject(job: number, numerators: number, denominators: number): void;
  accumulateProbe(job: number, numerators: number, denominators: number): void;
  pieSweep(
    job: number,
    probe: number,
    probeLayers: number,
    object: number,
    objectLayers: number,
    objectRows: number,
    scratch: number,
    objectStep: number,
    objectBlend: number,
    probeStep: number,
    probeBlend: number,
    updateProbe: number,
    probeFollowsObject: number,
    wholeObject: number,
  ): void;
  leastSquaresChange(
    job: number,
    poisson: number,
    frame: number,
    probeNumerators: number,
    probeDenominators: number,
    objectNumerators: number,
    objectDenominators: number,
  ): void;
  leastSquaresSteps(job: number, probeDirections: number, objectDirections: number, target: number): void;
  gradient(
    job: number,
    noise: number,
    floating: number,
    probeGradients: number,
    objectGradients: number,
  ): void;
  lineSearch(
    job: number,
    noise: number,
    floating: number,
    probeDirections: number,
    objectDirections: number,
  ): void;
  errors(job: number, magnitudes: number, photons: number): void;
  intensities(job: number, target: number): void;
}

export interface KernelOptions {
  /** Bytes the kernels may use; what does not fit is kept outside and brought in when needed. */
  readonly memoryBytes?: number;
  /** Bytes of these kept free for probes, objects and scratch while frames and exit waves come in. */
  readonly spareBytes?: number;
  /** Fused multiplications where the host has them: a little faster, other rounding. */
  readonly relaxed?: boolean;
}

/** Where `bytes` were taken when there was no room. */
export class OutOfMemory extends DataError {
  static override readonly errorName: string = 'OutOfMemory';
}

interface Field {
  readonly type: 'i32' | 'usize' | 'f32' | 'f64';
  readonly offset: number;
}

/** As `generated/records` lists them. */
export interface Layout {
  readonly bytes: number;
  readonly fields: Readonly<Record<string, Field>>;
}

/** Functions with their memory, and what of it is taken. */
interface Instance {
  readonly call: KernelFunctions;
  readonly memory: WebAssembly.Memory;
  readonly heap: Heap;
}

export class Kernels {
  /** Whether multiplications are fused. */
  readonly relaxed: boolean;
  #running: Instance | undefined;

  constructor({ memoryBytes = MOST_PAGES * PAGE, relaxed = true }: KernelOptions = {}) {
    const module = (relaxed ? relaxedModule() : undefined) ?? plainModule();
    this.relaxed = module === fused;
    const maximum = Math.min(MOST_PAGES, Math.ceil(memoryBytes / PAGE));
    const memory = new WebAssembly.Memory({ initial: 1, maximum });
    const abort = (): never => {
      throw new Error('a kernel stopped');
    };
    const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
    const call = exports as unknown as KernelFunctions;
    // Nothing of the kernels' own lies above: they have no static data.
    this.#running = { call, memory, heap: new Heap(PAGE / 4, maximum * PAGE) };
  }

  get call(): KernelFunctions {
    return this.#instance.call;
  }

  /** Lets go of the memory, whoever still holds arrays and blocks. */
  dispose(): void {
    this.#running = undefined;
  }

  /** Throws `DataError` once they were disposed. */
  requireRunning(): void {
    if (this.#running === undefined) throw disposed('wasm');
  }

  get #instance(): Instance {
    if (this.#running === undefined) throw disposed('wasm');
    return this.#running;
  }

  /** Bytes that nobody has taken. */
  get available(): number {
    return this.#instance.heap.available;
  }

  /** Memory for `bytes`, whatever it holds. Throws `OutOfMemory`. */
  take(bytes: number): number {
    const pointer = this.#instance.heap.take(bytes);
    if (pointer === undefined) {
      throw new OutOfMemory(
        `${Math.ceil(bytes / 2 ** 20)} MiB do not fit in the memory of the kernels ` +
          `(${Math.floor(this.available / 2 ** 20)} MiB are free)`,
      );
    }
    const missing = this.#instance.heap.top - this.#instance.memory.buffer.byteLength;
    if (missing > 0) this.#instance.memory.grow(Math.ceil(missing / PAGE));
    return pointer;
  }

  /** Memory of zeros. */
  takeZeroed(bytes: number): number {
    const pointer = this.take(bytes);
    this.clear(pointer, bytes);
    return pointer;
  }

  give(pointer: number): void {
    this.#instance.heap.give(pointer);
  }

  clear(pointer: number, bytes: number): void {
    new Uint8Array(this.#instance.memory.buffer, pointer, bytes).fill(0);
  }

  copy(target: number, source: number, bytes: number): void {
    new Uint8Array(this.#instance.memory.buffer).copyWithin(target, source, source + bytes);
  }

  /** Views of the memory, valid until something is taken. */
  floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.#instance.memory.buffer, pointer, length);
  }

  doubles(pointer: number, length: number): Float64Array {
    return new Float64Array(this.#instance.memory.buffer, pointer, length);
  }

  words(pointer: number, length: number): Uint32Array {
    return new Uint32Array(this.#instance.memory.buffer, pointer, length);
  }

  /** Fills in a record. */
  write<L extends Layout>(
    pointer: number,
    { fields }: L,
    values: Readonly<Record<keyof L['fields'] & string, number>>,
  ): void {
    const view = new DataView(this.#instance.memory.buffer);
    for (const [name, value] of Object.entries<number>(values)) {
      const { type, offset } = fields[name];
      if (type === 'f32') view.setFloat32(pointer + offset, value, true);
      else if (type === 'f64') view.setFloat64(pointer + offset, value, true);
      else view.setUint32(pointer + offset, value, true);
    }
  }

  /** A list of pointers. */
  writePointers(pointer: number, pointers: readonly number[]): void {
    this.words(pointer, pointers.length).set(pointers);
  }
}

/** What WebAssembly of the host can do. */
export interface WasmSupport {
  /** Vectors of four numbers, without which there are no kernels. */
  readonly simd: boolean;
  /** Fused multiplications of these. */
  readonly relaxedSimd: boolean;
}

export function wasmSupport(): WasmSupport {
  const isThere = typeof WebAssembly === 'object';
  const simd = isThere && WebAssembly.validate(fromBase64(PLAIN_KERNELS));
  return { simd, relaxedSimd: simd && WebAssembly.validate(fromBase64(RELAXED_KERNELS)) };
}

let plain: WebAssembly.Module | undefined;
let fused: WebAssembly.Module | undefined;

function plainModule(): WebAssembly.Module {
  return (plain ??= new WebAssembly.Module(fromBase64(PLAIN_KERNELS)));
}

/** Undefined where the host does not know relaxed SIMD, which Node 20 may learn later. */
function relaxedModule(): WebAssembly.Module | undefined {
  if (fused === undefined) {
    const bytes = fromBase64(RELAXED_KERNELS);
    if (WebAssembly.validate(bytes)) fused = new WebAssembly.Module(bytes);
  }
  return fused;
}
