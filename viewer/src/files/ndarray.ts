/**
 * What H5Web uses of the packages `ndarray` and `ndarray-ops`, in whose place this stands (`vite.config.ts`): they compile text
 * with `new Function`, which the page's security policy does not let them.
 */
type Data = ArrayLike<unknown> & Record<number, unknown>;

/** A view of a list as an array in C order, or of a part of it. */
class View {
  readonly data: Data;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;

  constructor(data: Data, shape: readonly number[], stride: readonly number[], offset: number) {
    this.data = data;
    this.shape = shape;
    this.stride = stride;
    this.offset = offset;
  }

  get size(): number {
    return this.shape.reduce((product, n) => product * n, 1);
  }

  get dtype(): string {
    if (this.data instanceof Uint8ClampedArray) return 'uint8_clamped';
    return ArrayBuffer.isView(this.data)
      ? this.data.constructor.name.replace('Array', '').toLowerCase()
      : 'array';
  }

  get(...at: readonly number[]): unknown {
    return this.data[this.#place(at)];
  }

  set(...atAndValue: readonly [...number[], unknown]): void {
    this.data[this.#place(atAndValue.slice(0, -1) as number[])] = atAndValue.at(-1);
  }

  /** One index of each axis that has a number, all of the others. */
  pick(...at: readonly (number | null)[]): View {
    const axes = this.shape.map((_, axis) => axis).filter((axis) => typeof at[axis] !== 'number');
    const offset = at.reduce<number>((sum, n, axis) => sum + (n ?? 0) * this.stride[axis], this.offset);
    return this.#with(axes, offset);
  }

  transpose(...axes: readonly number[]): View {
    return this.#with(axes, this.offset);
  }

  #with(axes: readonly number[], offset: number): View {
    const of = (values: readonly number[]) => axes.map((axis) => values[axis]);
    return new View(this.data, of(this.shape), of(this.stride), offset);
  }

  #place(at: readonly number[]): number {
    return at.reduce((sum, n, axis) => sum + n * this.stride[axis], this.offset);
  }
}

export function ndarray(data: Data, shape: readonly number[] = [data.length]): View {
  const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  return new View(data, shape, stride, 0);
}

/** Copies all values of `from` into `to`, which has its shape and is a whole list. */
export function assign(to: View, from: View): void {
  let next = to.offset;
  const visit = (axis: number, place: number): void => {
    if (axis === from.shape.length) {
      to.data[next++] = from.data[place];
      return;
    }
    for (let i = 0; i < from.shape[axis]; i++) visit(axis + 1, place + i * from.stride[axis]);
  };
  visit(0, from.offset);
}
