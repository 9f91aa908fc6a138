/** The thread that writes files on the way, while another one goes on with the engines. */
import type { MessagePort } from 'node:worker_threads';
import type { ComplexDType, NdArray } from '../../array/ndarray.ts';
import { plainError } from '../../errors.ts';
import type { Progress } from '../../ptyr/progress.ts';
import { writePtyr } from '../../ptyr/writer.ts';
import type { FromSaver, ToSaver } from './save-messages.ts';

type Slice = NdArray<ComplexDType>;

/** Writes the files that `port` asks for, one after the other, until it is closed. Reports how each ended. */
export function serveSaver(port: MessagePort): void {
  let slices = new Slices();
  port.on('message', (message: ToSaver) => {
    if (message.kind === 'slice') {
      slices.push(message.slice);
      return;
    }
    slices = new Slices();
    void write(port, message, slices);
  });
}

async function write(
  port: MessagePort,
  { file, result, point, state }: Extract<ToSaver, { kind: 'file' }>,
  slices: Slices,
): Promise<void> {
  const say = (message: FromSaver): void => {
    port.postMessage(message);
  };
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  let work: number | undefined;
  const exit = state?.exit.map(({ dtype, shape, ...rest }) => ({
    ...rest,
    waves: { dtype, shape, slices: () => slices.take(shape[0], say) },
  }));
  const progress: Progress | undefined =
    point === undefined
      ? undefined
      : { point, ...(state === undefined ? {} : { state: { ...state, exit: exit ?? [] } }) };
  try {
    await writePtyr(file, result, progress, () => {
      work = seconds();
    });
    say({ kind: 'saved', seconds: work ?? seconds() });
  } catch (error) {
    slices.close();
    say({ kind: 'failed', seconds: work ?? seconds(), error: plainError(error) });
  }
}

/** Slices that have come and are not written yet. */
class Slices {
  readonly #waiting: Slice[] = [];
  #isClosed = false;
  #wake = (): void => undefined;

  push(slice: Slice): void {
    if (this.#isClosed) return;
    this.#waiting.push(slice);
    this.#wake();
  }

  /** Nobody takes any more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
  }

  /** The next slices, of so many views together. */
  async *take(views: number, say: (message: FromSaver) => void): AsyncGenerator<Slice> {
    for (let taken = 0; taken < views;) {
      const slice = this.#waiting.shift();
      if (slice === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      taken += slice.shape[0];
      yield slice;
      say({ kind: 'taken', bytes: slice.data.byteLength });
    }
  }
}
