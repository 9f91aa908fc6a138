/**
 * Ranks as worker threads of one program, in Node and in browsers. Numbers are reduced in shared memory; other values
 * travel through message ports. Ranks block their thread while they wait in shared memory, so none of them may be a
 * browser's main thread.
 */
import { communicatorOn, type Numbers, type Transport } from './collectives.ts';
import type { Communicator, ReduceOperation, Transferable } from './communicator.ts';
import { Peer } from './peer.ts';

/** What a thread needs to become a rank. It travels to the worker as a message; `ports` must be transferred. */
export interface Seat {
  readonly rank: number;
  readonly size: number;
  /** Barrier and calls: see `Meeting`. */
  readonly state: SharedArrayBuffer;
  /** A window per rank and one for results, in which arrays are reduced piece by piece. */
  readonly windows: SharedArrayBuffer;
  /** To each other rank; undefined at the own place. */
  readonly ports: readonly (MessagePort | undefined)[];
  /** Whether every rank can have a core: then waiting ranks look again a few times before they sleep. */
  readonly spin: boolean;
}

/** Bytes of a window. A multiple of the size of any number. */
const WINDOW_BYTES = 2 ** 18;

/** Seats for `size` ranks that belong together. `cores`: how many can run at the same time. */
export function createSeats(size: number, cores: number): Seat[] {
  const state = new SharedArrayBuffer(4 * (2 + 2 * size));
  const windows = new SharedArrayBuffer((size + 1) * WINDOW_BYTES);
  const ports = Array.from({ length: size }, () => new Array<MessagePort | undefined>(size).fill(undefined));
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      const { port1, port2 } = new MessageChannel();
      ports[a][b] = port1;
      ports[b][a] = port2;
    }
  }
  return ports.map((own, rank) => ({ rank, size, state, windows, ports: own, spin: size <= cores }));
}

/** The communicator of a thread that was given a seat. `close` when nothing more will be said. */
export function takeSeat(seat: Seat): { communicator: Communicator; close: () => void } {
  const transport = new ThreadTransport(seat);
  return {
    communicator: communicatorOn(transport),
    close: () => {
      transport.close();
    },
  };
}

class ThreadTransport implements Transport {
  readonly rank: number;
  readonly size: number;
  readonly #meeting: Meeting;
  readonly #windows: SharedArrayBuffer;
  readonly #peers: readonly (Peer | undefined)[];

  constructor(seat: Seat) {
    this.rank = seat.rank;
    this.size = seat.size;
    this.#meeting = new Meeting(seat);
    this.#windows = seat.windows;
    this.#peers = seat.ports.map((port) => (port === undefined ? undefined : new Peer(port)));
  }

  meet(call: number): boolean {
    return this.#meeting.meet(call);
  }

  async broadcast(value: Transferable, root: number): Promise<Transferable> {
    if (this.rank !== root) return this.receive(root);
    for (const peer of this.#peers) peer?.send(value);
    return value;
  }

  send(value: Transferable, to: number): Promise<void> {
    this.#peers[to]?.send(value);
    return Promise.resolve();
  }

  receive(from: number): Promise<Transferable> {
    return this.#peers[from]?.receive() ?? Promise.reject(new Error(`no port to rank ${from}`));
  }

  /**
   * Piece by piece. Each rank owns a share of the piece: it shows the others theirs, reduces its own in place with what
   * they show, and shows the result. Every number is reduced by one rank, so all get the same bits.
   */
  reduce(numbers: Numbers, operation: ReduceOperation): void {
    const { rank, size } = this;
    const length = WINDOW_BYTES / numbers.BYTES_PER_ELEMENT;
    const shown = Array.from({ length: size }, (_, i) =>
      window(numbers, this.#windows, i * WINDOW_BYTES, length),
    );
    const result = window(numbers, this.#windows, size * WINDOW_BYTES, length);
    for (let start = 0; start < numbers.length; start += length) {
      const piece = numbers.subarray(start, start + length);
      const first = Math.floor((piece.length * rank) / size);
      const last = Math.floor((piece.length * (rank + 1)) / size);
      const own = piece.subarray(first, last);
      shown[rank].set(piece.subarray(0, first));
      shown[rank].set(piece.subarray(last), last);
      this.#meeting.wait();
      for (let other = 0; other < size; other++) {
        if (other !== rank) reduceInto(own, shown[other].subarray(first, last), operation);
      }
      result.set(own, first);
      this.#meeting.wait();
      piece.set(result.subarray(0, first));
      piece.set(result.subarray(last, piece.length), last);
    }
  }

  abort(error: unknown): never {
    throw error;
  }

  close(): void {
    for (const peer of this.#peers) peer?.close();
  }
}

function window(like: Numbers, buffer: SharedArrayBuffer, offset: number, length: number): Numbers {
  if (like instanceof Float32Array) return new Float32Array(buffer, offset, length);
  if (like instanceof Float64Array) return new Float64Array(buffer, offset, length);
  return new Int32Array(buffer, offset, length);
}

function reduceInto(target: Numbers, part: Numbers, operation: ReduceOperation): void {
  const { length } = target;
  if (operation === 'sum') add(target, part);
  else if (operation === 'min') for (let i = 0; i < length; i++) target[i] = Math.min(target[i], part[i]);
  else for (let i = 0; i < length; i++) target[i] = Math.max(target[i], part[i]);
}

/** target += part, eight at a time: twice as fast as one by one. */
function add(target: Numbers, part: Numbers): void {
  const { length } = target;
  let i = 0;
  for (; i + 7 < length; i += 8) {
    const a = target[i] + part[i];
    const b = target[i + 1] + part[i + 1];
    const c = target[i + 2] + part[i + 2];
    const d = target[i + 3] + part[i + 3];
    const e = target[i + 4] + part[i + 4];
    const f = target[i + 5] + part[i + 5];
    const g = target[i + 6] + part[i + 6];
    const h = target[i + 7] + part[i + 7];
    target[i] = a;
    target[i + 1] = b;
    target[i + 2] = c;
    target[i + 3] = d;
    target[i + 4] = e;
    target[i + 5] = f;
    target[i + 6] = g;
    target[i + 7] = h;
  }
  for (; i < length; i++) target[i] += part[i];
}

/** How often a rank looks before it sleeps: some microseconds. */
const LOOKS = 20000;

const ARRIVED = 0;
const GENERATION = 1;
const CALLS = 2;

/** Shared int32: how many ranks have arrived · how often all had · their calls, for even and for odd meetings. */
class Meeting {
  readonly #state: Int32Array;
  readonly #rank: number;
  readonly #size: number;
  readonly #looks: number;
  #odd = 0;

  constructor({ state, rank, size, spin }: Seat) {
    this.#state = new Int32Array(state);
    this.#rank = rank;
    this.#size = size;
    this.#looks = spin ? LOOKS : 1;
  }

  /** Calls of one meeting are overwritten two meetings later, when every rank has left it. */
  meet(call: number): boolean {
    const first = CALLS + this.#odd * this.#size;
    this.#odd = 1 - this.#odd;
    Atomics.store(this.#state, first + this.#rank, call);
    this.wait();
    for (let i = first; i < first + this.#size; i++) if (Atomics.load(this.#state, i) !== call) return false;
    return true;
  }

  /** Returns when all ranks have come. */
  wait(): void {
    const state = this.#state;
    const generation = Atomics.load(state, GENERATION);
    if (Atomics.add(state, ARRIVED, 1) === this.#size - 1) {
      Atomics.store(state, ARRIVED, 0);
      Atomics.add(state, GENERATION, 1);
      Atomics.notify(state, GENERATION);
      return;
    }
    for (let look = 0; look < this.#looks; look++) {
      if (Atomics.load(state, GENERATION) !== generation) return;
    }
    while (Atomics.load(state, GENERATION) === generation) Atomics.wait(state, GENERATION, generation);
  }
}
