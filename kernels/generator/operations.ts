/** The arithmetic butterflies are written in, so that one description becomes program text or, in tests, plain numbers. */

/** Fused multiplications are a·b + c and c − a·b. */
export interface Operations<T> {
  readonly add: (a: T, b: T) => T;
  readonly sub: (a: T, b: T) => T;
  readonly mul: (a: T, b: T) => T;
  readonly madd: (a: T, b: T, c: T) => T;
  readonly nmadd: (a: T, b: T, c: T) => T;
  readonly constant: (value: number) => T;
}

/** Real and imaginary part. */
export type Complex<T> = readonly [T, T];

/** Lines of a function body; every intermediate value has a name of its own. */
export class Body {
  readonly lines: string[] = [];
  #count = 0;

  line(text: string): void {
    this.lines.push(text);
  }

  /** Names the value of an expression. */
  value(expression: string): string {
    const name = `t${this.#count++}`;
    this.line(`const ${name} = ${expression};`);
    return name;
  }

  get operations(): Operations<string> {
    return {
      add: (a, b) => this.value(`f32x4.add(${a}, ${b})`),
      sub: (a, b) => this.value(`f32x4.sub(${a}, ${b})`),
      mul: (a, b) => this.value(`f32x4.mul(${a}, ${b})`),
      madd: (a, b, c) => this.value(`madd(${a}, ${b}, ${c})`),
      nmadd: (a, b, c) => this.value(`nmadd(${a}, ${b}, ${c})`),
      constant: (value) => `f32x4.splat(<f32>${value.toPrecision(17)})`,
    };
  }

  /** Four complex numbers: four real parts, then four imaginary parts. */
  load(pointer: string, offset = 0): Complex<string> {
    return [
      this.value(`v128.load(${pointer}, ${offset})`),
      this.value(`v128.load(${pointer}, ${offset + 16})`),
    ];
  }

  store(pointer: string, offset: number, [re, im]: Complex<string>): void {
    this.line(`v128.store(${pointer}, ${re}, ${offset});`);
    this.line(`v128.store(${pointer}, ${im}, ${offset + 16});`);
  }

  /** One complex number, in all four lanes. */
  splat(pointer: string, offset: number): Complex<string> {
    return [
      this.value(`v128.load32_splat(${pointer}, ${offset})`),
      this.value(`v128.load32_splat(${pointer}, ${offset + 4})`),
    ];
  }

  /** Rows of a 4×4 matrix to columns. */
  transpose(rows: readonly string[]): string[] {
    const [a, b, c, d] = rows;
    const low = (x: string, y: string): string => this.value(`v128.shuffle<f32>(${x}, ${y}, 0, 4, 1, 5)`);
    const high = (x: string, y: string): string => this.value(`v128.shuffle<f32>(${x}, ${y}, 2, 6, 3, 7)`);
    const [ab, abHigh, cd, cdHigh] = [low(a, b), high(a, b), low(c, d), high(c, d)];
    const firsts = (x: string, y: string): string => this.value(`v128.shuffle<f32>(${x}, ${y}, 0, 1, 4, 5)`);
    const lasts = (x: string, y: string): string => this.value(`v128.shuffle<f32>(${x}, ${y}, 2, 3, 6, 7)`);
    return [firsts(ab, cd), lasts(ab, cd), firsts(abHigh, cdHigh), lasts(abHigh, cdHigh)];
  }
}
