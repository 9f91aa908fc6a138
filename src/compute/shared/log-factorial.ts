/** log(x!) for real x ≥ 0, about 14 digits: Lanczos' series with g = 7 and 9 terms (SIAM J. Numer. Anal. B 1, 86, 1964). */
const COEFFICIENTS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

export function logFactorial(x: number): number {
  let series = 0.9999999999998099;
  for (let i = 0; i < COEFFICIENTS.length; i++) series += COEFFICIENTS[i] / (x + i + 1);
  const t = x + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(series);
}
