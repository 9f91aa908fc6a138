/**
 * Ranks as worker threads of one program, in Node and in browsers. Numbers are reduced in shared memory; other values
 * travel through message ports. Ranks block their thread while they wait in shared memory, so none of them may be a
 * browser's main thread.
 */
import { communicatorOn, type Numbers, type Transport } from './collectives.ts';
import type { Communicator, ReduceOperation, Transferable } from './communicator.ts';
import { Peer } from './peer.ts';
import { createWindows, Windows } from './windows.ts';

/** What a thread needs to become a rank. It travels to the worker as a message; `ports` must be transferred. */
export interface Seat {
  readonly rank: number;
  readonly size: number;
  /** Barrier and calls: see `Meeting`. */
  readonly state: SharedArrayBuffer;
  /** In which arrays are reduced piece by piece: see `Windows`. */
  readonly windows: WebAssembly.Memory;
  /** To each other rank; undefined at the own place. */
  readonly ports: readonly (MessagePort | undefined)[];
  /** Whether every rank can have a core: then waiting ranks look again a few times before they sleep. */
  readonly spin: boolean;
}

/** Seats for `size` ranks that belong together. `cores`: how many can run at the same time. */
export function createSeats(size: number, cores: number): Seat[] {
  const state = new SharedArrayBuffer(4 * (2 + 2 * size));
  const windows = createWindows(size);
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
  readonly #windows: Windows;
  readonly #peers: readonly (Peer | undefined)[];

  constructor(seat: Seat) {
    this.rank = seat.rank;
    this.size = seat.size;
    this.#meeting = new Meeting(seat);
    this.#windows = new Windows(seat.windows, seat.rank, seat.size);
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

  /** Piece by piece: each rank shows its own, reduces its share of all, and takes the results of all shares. */
  reduce(numbers: Numbers, operation: ReduceOperation): void {
    const { rank, size } = this;
    const length = this.#windows.capacity(numbers);
    for (let start = 0; start < numbers.length; start += length) {
      const piece = numbers.subarray(start, start + length);
      const first = Math.floor((piece.length * rank) / size);
      const last = Math.floor((piece.length * (rank + 1)) / size);
      this.#windows.show(piece);
      this.#meeting.wait();
      this.#windows.reduce(piece, first, last, operation);
      this.#meeting.wait();
      this.#windows.fetch(piece);
    }
  }

  abort(error: unknown): never {
    throw error;
  }

  close(): void {
    for (const peer of this.#peers) peer?.close();
  }
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
