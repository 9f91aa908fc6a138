/** Sums of arrays in memory that threads share. `count` is in numbers. */

/** target += source */
export function addFloats(target: usize, source: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(target, f32x4.add(v128.load(target), v128.load(source)));
    target += 16;
    source += 16;
  }
  for (; i < count; i++) {
    store<f32>(target, load<f32>(target) + load<f32>(source));
    target += 4;
    source += 4;
  }
}

/** target += source */
export function addDoubles(target: usize, source: usize, count: i32): void {
  let i = 0;
  for (; i + 2 <= count; i += 2) {
    v128.store(target, f64x2.add(v128.load(target), v128.load(source)));
    target += 16;
    source += 16;
  }
  if (i < count) store<f64>(target, load<f64>(target) + load<f64>(source));
}

/** target += source */
export function addWords(target: usize, source: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<i32>(target, load<i32>(target) + load<i32>(source));
    target += 4;
    source += 4;
  }
}
