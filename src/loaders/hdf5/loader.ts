/**
 * `Hdf5Loader`: frames and positions from any HDF5 or NeXus file, by key, finished or while it is being written; then it
 * is called `SwmrLoader` as well. Corrections are applied in the order dark
 * (clipped at 0), flat, incident intensity, mask; cropping and padding to the region of interest come after.
 */
import { takeFirst, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { ConfigError } from '../../errors.ts';
import type { LoadedFrames, RawFrames, RawMeta } from '../../frames/raw.ts';
import type { Region } from '../../frames/region.ts';
import type { Given } from '../../params/declare.ts';
import { withoutMarkers } from '../../scan/prepare/screen.ts';
import { PtyScan, type Availability, type ScanOptions } from '../../scan/pty-scan.ts';
import { Glitches } from '../../scan/following/glitches.ts';
import { applyCorrections, maskWeights } from './corrections.ts';
import { withFiles, type OpenFiles } from './files.ts';
import { Hdf5Follower } from './follower.ts';
import { liveSurvey } from './live.ts';
import { HDF5_LOADER } from './parameters.ts';
import { allSources, describeSource, liveSources, missingSources, notLive } from './sources.ts';
import {
  badFrameError,
  cropFrame,
  paddedShape,
  readStack,
  unpad,
  type BadFrame,
  type Stack,
} from './stack.ts';
import type { PixelSource } from './pixels.ts';
import { ruledByFiles, warnOfRuled } from './recorded.ts';
import { survey, type Hdf5Plan, type Survey } from './survey.ts';

/**
 * Frames and positions from HDF5 or NeXus files, by key, finished or while they are being written. The files are named by the parameters
 * `intensities` and `positions`. Throws a `FileError` for what is not in them.
 */
export class Hdf5Loader extends PtyScan<typeof HDF5_LOADER> {
  static override readonly scanName: string = 'Hdf5Loader';
  static override readonly parameters = HDF5_LOADER;
  #survey: Promise<Survey> | undefined;
  /** Of a scan that is still being measured. */
  readonly #follower: Hdf5Follower | undefined;
  readonly #glitches = new Glitches(this.follow);
  /** Geometry that was given although the files record it. */
  readonly #ruled!: ReturnType<typeof ruledByFiles>;
  /** Shared dark and flat field of the region read last. */
  readonly #cropped = new Map<PixelSource, { region: string; array: NdArray<RealDType> }>();

  constructor(parameters: Given<typeof HDF5_LOADER> = {}, options: ScanOptions = {}) {
    super(parameters, options);
    if (this.usesPrepared) return;
    const live = Object.values(liveSources(this.info)).some((source) => source !== undefined);
    this.#ruled = ruledByFiles(this.info, this.given);
    this.given = new Set([...this.given].filter((name) => !(name in this.#ruled)));
    const isLive = this.follow || live;
    const issues = [...missingSources(this.info), ...(isLive ? notLive(this.info) : [])];
    if (issues.length > 0) throw new ConfigError(issues);
    if (isLive) this.#follower = new Hdf5Follower(this.info, this.follow, this.communicator, this.log);
  }

  override get sources(): readonly string[] {
    return [...new Set(allSources(this.info).map(({ file }) => file))];
  }

  /** The files that links and virtual datasets lead to as well, as far as they can be looked at. */
  override async inputs(): Promise<readonly string[]> {
    const own = await super.inputs();
    const linked = await withFiles(async (files) => {
      const found: string[] = [];
      for (const source of allSources(this.info)) {
        if (await files.has(source)) found.push(...(await files.open(source)).filesOf(source.key));
      }
      return found;
    });
    return [...new Set([...own, ...linked])];
  }

  override async missing(): Promise<string | undefined> {
    const look = (): Promise<string | null> =>
      withFiles(async (files) => {
        for (const source of allSources(this.info)) {
          if (!(await files.has(source))) return describeSource(source);
        }
        // What a finished scan holds is looked at once, in initialize.
        if (this.#follower !== undefined) await liveSurvey(files, this.info, this.follow, this.log);
        return null;
      });
    const found = await this.#glitches.pass(look);
    return found === undefined ? `what can be read in ${this.sources.join(', ')}` : (found ?? undefined);
  }

  override awaits(): string {
    return this.#follower?.awaits ?? super.awaits();
  }

  protected override async loadPositions(): Promise<NdArray<'float64'> | undefined> {
    return (await this.#look()).positions;
  }

  protected override async loadWeight(): Promise<NdArray<RealDType> | undefined> {
    return (await this.#look()).weight;
  }

  protected override async loadCommon(): Promise<RawMeta> {
    const { rawMeta } = await this.#look();
    warnOfRuled(this.info, this.#ruled, rawMeta, this.log);
    return rawMeta;
  }

  protected override geometryHint(name: 'energy' | 'distance' | 'psize'): string {
    return `name the entry of the file that holds it as recorded_${name}.key`;
  }

  protected override async postInitialize(): Promise<void> {
    this.#survey = undefined;
    await this.refresh();
  }

  protected override async refresh(): Promise<void> {
    const follower = this.#follower?.arrivals;
    if (follower === undefined) return;
    await follower.refresh();
    if (follower.total !== null) this.numFrames = Math.min(follower.total, this.numFrames ?? Infinity);
  }

  protected override indexOf(ordinal: number): number {
    return this.#follower?.arrivals.indexOf(ordinal) ?? ordinal;
  }

  protected override check(frames: number, start: number): Availability | Promise<Availability> {
    const follower = this.#follower;
    if (follower === undefined) return super.check(frames, start);
    return follower.arrivals.available(frames, start, this.numFrames);
  }

  protected override load(indices: readonly number[], region: Region | undefined): Promise<LoadedFrames> {
    const { data: stack, mask } = this.#plan;
    const frames = this.#framesOf(indices);
    const part = this.#rawRegion(region);
    const load = async (files: OpenFiles): Promise<LoadedFrames> => {
      const { data, bad } = await readStack(files, stack, frames, part);
      const kept = bad.length === 0 ? undefined : this.#withoutBad(stack, bad, frames.length);
      const good = kept === undefined ? frames : kept.map((i) => frames[i]);
      const left = kept === undefined ? indices : kept.map((i) => indices[i]);
      return {
        frames: kept === undefined ? data : takeFirst(data, kept),
        weights: mask === undefined ? undefined : await this.#frameMasks(files, mask, good, part),
        positions: this.#follower?.measuredAt(left),
        indices: left,
        region,
      };
    };
    const read = (): Promise<LoadedFrames> => withFiles(load);
    return this.#glitches.outlast(read);
  }

  protected override async correct(raw: RawFrames, rawMeta: RawMeta): Promise<RawFrames> {
    const { dark, flat, scale } = rawMeta.hdf5 as Hdf5Plan;
    if (dark === undefined && flat === undefined && scale === undefined) return raw;
    if (raw.data.shape[0] === 0) return raw;
    const region = this.#rawRegion(raw.region);
    const frames = this.#framesOf(raw.indices);
    const data = await withFiles(async (files) =>
      applyCorrections(raw.data, {
        dark: await this.#pixels(files, dark, frames, region, 0),
        flat: await this.#pixels(files, flat, frames, region, 1),
        scale: scale === undefined ? undefined : raw.indices.map((index) => scale[index]),
      }),
    );
    return { ...raw, data };
  }

  /** Looks at the files once for positions, weight and what the files say. */
  #look(): Promise<Survey> {
    this.#survey ??=
      this.#follower === undefined
        ? withFiles((files) => survey(files, this.info, this.log))
        : this.#lookLive();
    return this.#survey;
  }

  /** A file that grows looks different to each rank: where all of them look, the master does it for them. */
  async #lookLive(): Promise<Survey> {
    const everywhere = this.info.load_parallel === 'common' || this.info.load_parallel === 'all';
    const own = (): Promise<Survey> =>
      this.#glitches.outlast(() => withFiles((files) => liveSurvey(files, this.info, this.follow, this.log)));
    if (!everywhere) return own();
    return this.communicator.broadcast(this.isMaster ? await own() : (undefined as unknown as Survey));
  }

  get #plan(): Hdf5Plan {
    return this.rawMeta.hdf5 as Hdf5Plan;
  }

  #framesOf(indices: readonly number[]): number[] {
    const { frames } = this.#plan;
    const follower = this.#follower;
    return indices.map((index) => follower?.frameOf(index) ?? frames[index]);
  }

  /** `region` of the padded frame, by default all of it, in pixels of the frame as stored. */
  #rawRegion(region: Region | undefined): Region {
    const { data, padding } = this.#plan;
    const [rows, cols] = paddedShape(data.frame, padding);
    return unpad(region ?? { row: 0, col: 0, rows, cols }, padding);
  }

  /** What is left without the frames that cannot be read, or an error for the first of them. */
  #withoutBad(stack: Stack, bad: readonly BadFrame[], count: number): number[] {
    if (this.info.on_bad_frame === 'error') throw badFrameError(stack, bad[0]);
    for (const one of bad) {
      this.log.warn(`${badFrameError(stack, one).message}; left out`, 'frames that cannot be read');
    }
    const lost = new Set(bad.map(({ at }) => at));
    return Array.from({ length: count }, (_, i) => i).filter((i) => !lost.has(i));
  }

  async #frameMasks(
    files: OpenFiles,
    mask: Stack,
    frames: readonly number[],
    region: Region,
  ): Promise<NdArray<RealDType>> {
    // Stored 1 means bad in an inverted mask, so that pixels outside the frame come out masked either way.
    const { invert } = this.info.mask;
    const { data, bad } = await readStack(files, mask, frames, region, invert ? 1 : 0);
    if (bad.length > 0) throw badFrameError(mask, bad[0]);
    return maskWeights(data, invert);
  }

  async #pixels(
    files: OpenFiles,
    source: PixelSource | undefined,
    frames: readonly number[],
    region: Region,
    fill: number,
  ): Promise<NdArray<RealDType> | undefined> {
    if (source === undefined) return undefined;
    if (source.kind === 'stack') {
      const { data, bad } = await readStack(files, source.stack, frames, region, fill);
      if (bad.length > 0) throw badFrameError(source.stack, bad[0]);
      return withoutMarkers(data);
    }
    const name = JSON.stringify(region);
    const known = this.#cropped.get(source);
    if (known?.region === name) return known.array;
    const array = cropFrame(withoutMarkers(source.array), region, fill);
    this.#cropped.set(source, { region: name, array });
    return array;
  }
}
