/** Loads a scan as preparation does, and looks at its raw frames: their statistics first, then any of them, as it is asked. */
import type { MessagePort } from 'node:worker_threads';
import { breathe } from '../../breathe.ts';
import { ConfigError, DataError, plainError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import { translateCenter } from '../../geometry/centers.ts';
import { logTo } from '../../log.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import type { PtyScan } from '../../scan/pty-scan.ts';
import { registryWith } from '../scan-modules/load.ts';
import type { FromPreview, PreviewPlanes, PreviewTask, ToPreview } from './messages.ts';
import { PixelSampler, type RawStatistics } from './pixel-statistics.ts';
import { framePlanes, statisticsPlanes } from './planes.ts';
import { portionsOf, sampleOf } from './sample.ts';
import { PreparationSaver } from './save-preparation.ts';
import type { GivenPreparation, PreviewState, Saved } from './state.ts';

/** Between two tellings of how the statistics are, ms, and in times of what a telling takes. */
const TELL_MS = 500;
const TELL_TIMES = 10;

/** Answers what comes through `port` until the thread is ended. Reports what goes wrong, and never throws. */
export async function servePreview(port: MessagePort, task: PreviewTask): Promise<void> {
  const say = (message: FromPreview, transfer: readonly ArrayBuffer[] = []): void => {
    port.postMessage(message, transfer);
  };
  const abort = new AbortController();
  let preview: Promise<Preview> | undefined;
  /** Reads one thing at a time. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const next = last.then(act);
    last = next.catch(() => undefined);
    return next;
  };
  port.on('message', (message: ToPreview) => {
    if (message.kind === 'stop') {
      abort.abort();
      return;
    }
    const { id } = message;
    const answer = async (): Promise<PreviewPlanes | Saved> => {
      if (preview === undefined) throw new DataError('the scan is not open yet');
      const open = await preview;
      return message.kind === 'save' ? open.save(message.request) : inTurn(() => open.frame(message.ordinal));
    };
    answer().then(
      (done) => {
        const transfer = 'values' in done ? [done.values.buffer as ArrayBuffer] : [];
        say({ kind: 'answer', id, answer: done }, transfer);
      },
      (error: unknown) => {
        say({ kind: 'refusal', id, error: plainError(error) });
      },
    );
  });
  try {
    const opening = openPreview(task, say);
    preview = opening;
    const open = await opening;
    await open.read(abort.signal, inTurn);
  } catch (error) {
    say({ kind: 'failed', error: plainError(error) });
  }
}

async function openPreview(task: PreviewTask, say: (message: FromPreview) => void): Promise<Preview> {
  const { label, data } = task.entry;
  if (data.values.source === 'file') {
    const message = `scan ${label} uses a prepared file as it is (source: file): nothing of it is prepared`;
    throw new ConfigError([{ path: `scans.${label}.data.source`, message }]);
  }
  const registry = await registryWith(task.scanModules);
  const log = logTo((level, text) => {
    say({ kind: 'log', level, text });
  });
  // Nothing is saved; pixels that are hot in a few frames are not those of all; and one bad frame does not hide the others.
  const parameters = { ...data.parameters, save: null, hot_pixels: false, on_bad_frame: 'skip' };
  const scan = registry.create(data.name, parameters, { communicator: singleCommunicator(), log, label });
  await scan.initialize();
  return new Preview(task, scan, await scan.countRaw(), say);
}

class Preview {
  readonly #scan: PtyScan;
  readonly #frames: number | null;
  readonly #say: (message: FromPreview, transfer?: readonly ArrayBuffer[]) => void;
  readonly #saver: PreparationSaver;
  #sampler: PixelSampler | undefined;
  #shape: Pair | undefined;
  #sample = 0;
  /** What was told last. */
  #told: RawStatistics | undefined;

  constructor(
    task: PreviewTask,
    scan: PtyScan,
    frames: number | null,
    say: (message: FromPreview, transfer?: readonly ArrayBuffer[]) => void,
  ) {
    this.#scan = scan;
    this.#frames = frames;
    this.#say = say;
    this.#saver = new PreparationSaver(task);
  }

  /** Reads a sample of the frames. Ends early where `signal` says so. */
  async read(signal: AbortSignal, inTurn: <T>(act: () => Promise<T>) => Promise<T>): Promise<void> {
    if (this.#frames === 0) throw new DataError('the scan has no frames yet');
    const first = await inTurn(() => this.#scan.rawFrames([0]));
    const [, rows, cols] = first.data.shape;
    this.#shape = [rows, cols];
    const sampler = new PixelSampler(this.#shape);
    this.#sampler = sampler;
    const sample = sampleOf(this.#frames, rows * cols);
    this.#sample = sample.length;
    sampler.add(first.data, first.weights);
    this.#tell('reading');
    let nextAt = 0;
    for (const portion of portionsOf(sample.slice(1), rows * cols)) {
      if (signal.aborted) break;
      const { data, weights } = await inTurn(() => this.#scan.rawFrames(portion));
      sampler.add(data, weights);
      const start = performance.now();
      if (start >= nextAt) {
        this.#tell('reading');
        const end = performance.now();
        nextAt = end + Math.max(TELL_MS, TELL_TIMES * (end - start));
      }
      await breathe();
    }
    this.#tell(signal.aborted ? 'stopped' : 'ready');
  }

  /** Frame number `ordinal` with its weights. */
  async frame(ordinal: number): Promise<PreviewPlanes> {
    const { data, weights } = await this.#scan.rawFrames([ordinal]);
    return framePlanes(data, weights);
  }

  save(request: Parameters<PreparationSaver['save']>[0]): Promise<Saved> {
    if (this.#told === undefined) throw new DataError('no frame has been read yet');
    return this.#saver.save(request, this.#told);
  }

  #tell(status: PreviewState['status']): void {
    const { info } = this.#scan;
    const shape = this.#shape ?? null;
    const state: PreviewState = {
      status,
      frames: this.#frames,
      sample: this.#sample,
      read: this.#sampler?.frames ?? 0,
      shape,
      given: givenIn(info, shape),
      found: this.#sampler?.center ?? null,
    };
    if (this.#sampler !== undefined && this.#sampler.frames > 0) {
      this.#told = this.#sampler.now();
      const statistics = statisticsPlanes(this.#told);
      this.#say({ kind: 'statistics', statistics }, [statistics.values.buffer as ArrayBuffer]);
    }
    this.#say({ kind: 'state', state });
  }
}

function givenIn(info: PtyScan['info'], frameShape: Pair | null): GivenPreparation {
  const { auto_center, center, shape, rebin, rebin_mode, orientation, force_square } = info;
  const isFound = auto_center === true || center === null || frameShape === null;
  return {
    center: isFound ? null : translateCenter(center, frameShape),
    shape: shape === null ? null : [shape[0], shape[1]],
    rebin: rebin ?? 1,
    rebinMode: rebin_mode,
    orientation: typeof orientation === 'number' ? orientation : 0,
    forceSquare: force_square,
  };
}
