/** Frames of a simulated experiment over a TCP connection, as `socket-scan.mjs` takes them. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { toNumbers } from '../../src/array/ndarray.ts';
import { createMoonflowerExperiment } from 'ptyflow/physics';

export const FRAMES = 20;
export const SHAPE = 32;
export const GEOMETRY = { energy: 6.2, distance: 7, psize: 1.72e-4 } as const;
/** The scan class that connects to it, in a module. */
export const SOCKET_SCAN = join(import.meta.dirname, 'socket-scan.mjs');

export const experiment = createMoonflowerExperiment({ num_frames: FRAMES, shape: SHAPE, ...GEOMETRY });

/** (y, x) m of a frame. */
export const positionOf = (index: number): [number, number] => [
  experiment.positionsM.data[2 * index],
  experiment.positionsM.data[2 * index + 1],
];

/** A detector that sends its frames to whoever connects. */
export class Detector {
  readonly server = createServer();
  #socket: Socket | undefined;
  readonly #heard: Record<string, number>[] = [];
  #wake: (() => void) | undefined;

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async connected(): Promise<void> {
    const [socket] = (await once(this.server, 'connection')) as [Socket];
    this.#socket = socket;
    socket.on('error', () => undefined);
    createInterface(socket).on('line', (line) => {
      this.#heard.push(JSON.parse(line) as Record<string, number>);
      this.#wake?.();
    });
  }

  say(message: object): void {
    this.#socket?.write(`${JSON.stringify(message)}\n`);
  }

  frame(point: number): void {
    const counts = Array.from(toNumbers(experiment.frame(point)));
    this.say({ what: 'frame', point, position: positionOf(point), shape: [SHAPE, SHAPE], counts });
  }

  /** Until the scan has loaded so many frames. */
  async loaded(frames: number): Promise<void> {
    while (this.#heard.reduce((sum, { loaded = 0 }) => sum + loaded, 0) < frames) await this.#more();
  }

  /** How often the scan has been asked for frames. */
  async looks(): Promise<number> {
    const before = this.#answers.length;
    this.say({ what: 'looks' });
    while (this.#answers.length === before) await this.#more();
    return this.#answers[before].looks;
  }

  get #answers(): Record<string, number>[] {
    return this.#heard.filter((message) => 'looks' in message);
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  drop(): void {
    this.#socket?.destroy();
  }
}
