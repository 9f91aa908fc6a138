/** Numbers as people read them. Nothing here needs Node or a browser. */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** 10 to the power of an integer, as `10⁻³`. */
export function powerOfTen(exponent: number): string {
  const digits = Array.from(String(Math.abs(exponent)), (digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}

/** With a real minus sign. */
export function signed(digits: string): string {
  return digits.replace('-', '−');
}

/** `value` with `digits` significant digits, trailing zeros dropped; powers of ten outside of 0.001…99999. */
export function formatNumber(value: number, digits = 3): string {
  if (Number.isNaN(value)) return 'no value';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  if (Math.abs(rounded) >= 1e5 || Math.abs(rounded) < 1e-3) {
    const [mantissa, exponent] = rounded.toExponential().split('e');
    const power = powerOfTen(Number(exponent));
    if (mantissa === '1') return power;
    return mantissa === '-1' ? `−${power}` : `${signed(mantissa)}×${power}`;
  }
  return signed(String(rounded));
}
