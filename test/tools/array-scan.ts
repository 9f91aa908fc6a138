/** A scan of arrays in memory, for tests of what the base class makes of them. */
import { fromNumbers, item, ndarray, type NdArray, type RealDType } from '../../src/array/ndarray.ts';
import { EOS, WAIT, type AutoAnswer, type DataPackage } from '../../src/frames/package.ts';
import type { LoadedFrames, PositionInput, RawMeta } from '../../src/frames/raw.ts';
import { silentLog } from '../../src/log.ts';
import { withDefaults, type ParamGroup } from '../../src/params/declare.ts';
import { SCAN_DATA } from '../../src/params/scan-data.ts';
import { PtyScan, type Availability, type ScanOptions } from '../../src/scan/pty-scan.ts';

export interface ArraySource {
  /** (n, rows, cols) raw frames. */
  readonly frames: NdArray<RealDType>;
  /** Of the whole scan, for `loadPositions`. */
  readonly positions?: PositionInput;
  /** Of the whole scan, handed out frame by frame by `load`. */
  readonly positionsWithFrames?: NdArray<'float64'>;
  /** (rows, cols), for `loadWeight`. */
  readonly weight?: NdArray<RealDType>;
  /** (n, rows, cols), handed out by `load`. */
  readonly weights?: NdArray<RealDType>;
  readonly common?: RawMeta;
  /** Scan points in the order in which their frames are handed out; absent: as they are numbered. */
  readonly order?: readonly number[];
  readonly check?: (frames: number, start: number) => Availability;
  /** Names of the methods called, in order. */
  readonly calls?: string[];
}

/** A geometry for tests that are about something else: keV, m, m. */
export const GEOMETRY = { energy: 7.2, distance: 7.19, psize: 1.72e-4 } as const;

/** Geometry of a loader for files that record only some of it, or none. */
export function unrecorded(parameters: object): object {
  return Object.fromEntries(Object.entries(GEOMETRY).filter(([name]) => !(`recorded_${name}` in parameters)));
}

const PARAMETERS = withDefaults(SCAN_DATA, { ...GEOMETRY, psize: [GEOMETRY.psize, GEOMETRY.psize] });

export class ArrayScan extends PtyScan {
  static override readonly parameters: ParamGroup = PARAMETERS;
  readonly #source: ArraySource;

  constructor(parameters: Readonly<Record<string, unknown>>, source: ArraySource, options?: ScanOptions) {
    super(parameters, { log: silentLog, ...options });
    this.#source = source;
  }

  #called(name: string): void {
    this.#source.calls?.push(`${name} on ${this.communicator.rank}`);
  }

  protected override loadPositions(): PositionInput | undefined {
    this.#called('loadPositions');
    return this.#source.positions;
  }

  protected override loadWeight(): NdArray<RealDType> | undefined {
    this.#called('loadWeight');
    return this.#source.weight;
  }

  protected override loadCommon(): RawMeta {
    this.#called('loadCommon');
    return this.#source.common ?? {};
  }

  protected override postInitialize(): void {
    this.#called('postInitialize');
  }

  protected override indexOf(ordinal: number): number {
    return this.#source.order?.[ordinal] ?? ordinal;
  }

  protected override async check(frames: number, start: number): Promise<Availability> {
    return this.#source.check?.(frames, start) ?? super.check(frames, start);
  }

  protected override load(indices: readonly number[]): LoadedFrames {
    this.#called(`load ${indices.join(',')}`);
    const { frames, weights, positionsWithFrames } = this.#source;
    return {
      frames: indices.map((i) => item(frames, i)),
      weights: weights && indices.map((i) => item(weights, i)),
      positions: positionsWithFrames && indices.map((i) => Array.from(item(positionsWithFrames, i).data)),
    };
  }
}

/** (n, rows, cols) frames whose pixel values tell frame, row and column: 10000 n + 100 row + col, plus 1. */
export function numberedFrames(
  n: number,
  rows: number,
  cols: number,
  dtype: RealDType = 'int32',
): NdArray<RealDType> {
  const values = Array.from({ length: n * rows * cols }, (_, i) => {
    const pixel = i % (rows * cols);
    return 1 + 10000 * Math.floor(i / (rows * cols)) + 100 * Math.floor(pixel / cols) + (pixel % cols);
  });
  return fromNumbers(dtype, values, [n, rows, cols]);
}

/** (n, 2) m. */
export function gridPositions(n: number): NdArray<'float64'> {
  const values = Array.from({ length: n }, (_, i) => [i * 1e-6, (i % 5) * -2e-6]).flat();
  return ndarray('float64', [n, 2], Float64Array.from(values));
}

/** Answers of `auto(frames)` up to and including EOS; WAIT is an error. */
export async function packagesOf(scan: PtyScan, frames: number): Promise<DataPackage[]> {
  const packages: DataPackage[] = [];
  for (;;) {
    const answer = await scan.auto(frames);
    if (answer === EOS) return packages;
    packages.push(requirePackage(answer));
  }
}

export function requirePackage(answer: AutoAnswer): DataPackage {
  if (answer === WAIT || answer === EOS) throw new Error(`expected a package, got ${answer}`);
  return answer;
}
