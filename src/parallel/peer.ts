/** Values between two threads. */
import type { TypedArray } from '../array/ndarray.ts';
import type { Transferable } from './communicator.ts';

/** The other end of a port: values in the order they were sent. */
export class Peer {
  readonly #port: MessagePort;
  readonly #values: Transferable[] = [];
  readonly #waiting: ((value: Transferable) => void)[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
    // In a list, because a bare undefined would arrive as null.
    port.addEventListener('message', ({ data: [value] }: MessageEvent<[Transferable]>) => {
      const resolve = this.#waiting.shift();
      if (resolve === undefined) this.#values.push(value);
      else resolve(value);
    });
    port.start();
  }

  send(value: Transferable): void {
    this.#port.postMessage([withoutRest(value)]);
  }

  receive(): Promise<Transferable> {
    if (this.#values.length > 0) return Promise.resolve(this.#values.shift());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#port.close();
  }
}

/** A message takes along the whole buffer of an array in it: parts of larger arrays become arrays of their own. */
function withoutRest(value: Transferable): Transferable {
  if (ArrayBuffer.isView(value)) return isPart(value) ? value.slice() : value;
  if (Array.isArray(value)) return value.map(withoutRest);
  if (value instanceof Map) {
    return new Map(Array.from(value, ([key, entry]: [unknown, unknown]) => [key, withoutRest(entry)]));
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, withoutRest(entry)]));
}

function isPart(view: ArrayBufferView): view is TypedArray {
  return view.byteLength < view.buffer.byteLength && !(view instanceof DataView);
}
