/** Until when a backend can be used. */
import { DataError } from '../../errors.ts';

/** The error of every call on a backend that was disposed. */
export function disposed(backend: string): DataError {
  return new DataError(`the ${backend} backend was disposed: create another one`);
}

/** Of a backend that has nothing to let go of but its arrays. */
export class Lifetime {
  readonly #backend: string;
  #isOver = false;

  constructor(backend: string) {
    this.#backend = backend;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Throws `DataError` once it is over. */
  require(): void {
    if (this.#isOver) throw disposed(this.#backend);
  }
}
