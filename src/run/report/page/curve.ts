/** Lines over iterations or frequencies. */
import type { CurveData } from './data.ts';
import { minus, plain, roundTicks, type Axis, type Projection, type Scene, type Span } from './scene.ts';

/** Of the lines, so that they differ without colour. */
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [4, 4], [1, 2]];

export function dashOf(line: number): number[] {
  return [...DASHES[line % DASHES.length]];
}

export function curveScene(curve: CurveData): Scene {
  const { x, series, marks, breaks, log } = curve;
  const height = (value: number | null): number =>
    value === null || (log && !(value > 0)) ? NaN : log ? Math.log10(value) : value;
  const heights = series.map(({ values }) => values.map(height));
  const finite = heights.flat().filter(Number.isFinite);
  const [low, high] = [
    finite.reduce((a, b) => Math.min(a, b), Infinity),
    finite.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const margin = 0.06 * (high - low) || 0.5;
  const [first, last] = [x[0], x[x.length - 1]];
  const side = 0.02 * (last - first) || 0.5;
  const all: Span = {
    x: [first - side, last + side],
    y: finite.length === 0 ? [0, 1] : [low - margin, high + margin],
  };
  const nearest = (value: number): number =>
    x.reduce((best, at, i) => (Math.abs(at - value) < Math.abs(x[best] - value) ? i : best), 0);
  const yAxis: Axis = {
    label: curve.yLabel,
    text: (value) => (log ? minus(String(Number((10 ** value).toPrecision(2)))) : plain(value)),
    ticks: (from, to, count) => (log ? logTicks(from, to, count) : roundTicks(from, to, count)),
  };
  return {
    all,
    equal: false,
    down: false,
    step: [x.length > 1 ? (last - first) / (x.length - 1) : 1, (all.y[1] - all.y[0]) / 50],
    axes: () => ({ x: { label: curve.xLabel, text: plain, ticks: roundTicks }, y: yAxis }),
    draw: (context, at, ink) => {
      context.lineWidth = 1;
      context.strokeStyle = ink.grid;
      for (const tick of yAxis.ticks(...at.view.y, Math.floor(at.height / 50))) {
        context.beginPath();
        context.moveTo(at.left, at.y(tick));
        context.lineTo(at.left + at.width, at.y(tick));
        context.stroke();
      }
      context.fillStyle = ink.text;
      context.textBaseline = 'top';
      for (const mark of marks) {
        context.setLineDash([3, 3]);
        context.strokeStyle = ink.line;
        context.beginPath();
        context.moveTo(at.x(mark.x), at.top);
        context.lineTo(at.x(mark.x), at.top + at.height);
        context.stroke();
        context.textAlign = at.x(mark.x) > at.left + 0.8 * at.width ? 'right' : 'left';
        context.fillText(mark.name, at.x(mark.x) + (context.textAlign === 'right' ? -4 : 4), at.top + 4);
      }
      context.lineWidth = 2;
      heights.forEach((values, line) => {
        context.strokeStyle = ink.series[line % ink.series.length];
        context.fillStyle = context.strokeStyle;
        context.setLineDash(dashOf(line));
        drawLine(context, at, x, values, breaks);
      });
      context.setLineDash([]);
    },
    read: (px, py) => {
      const i = nearest(px);
      const values = series.flatMap(({ name, values: all }) => {
        const value = all[i];
        return value === null ? [] : [`${name} ${minus(String(Number(value.toPrecision(5))))}`];
      });
      return {
        text: `${curve.xLabel} ${plain(x[i])}: ${values.join(', ') || 'nothing was computed'}`,
        at: [x[i], py],
      };
    },
  };
}

/** Gaps where there is no value, and where a line begins anew; a value by itself is a dot. */
function drawLine(
  context: CanvasRenderingContext2D,
  at: Projection,
  x: readonly number[],
  values: readonly number[],
  breaks: readonly number[],
): void {
  const isOpen = (i: number): boolean => i >= 0 && i < values.length && Number.isFinite(values[i]);
  const starts = new Set(breaks);
  context.beginPath();
  values.forEach((value, i) => {
    if (!isOpen(i)) return;
    const joinsBefore = isOpen(i - 1) && !starts.has(i);
    const joinsAfter = isOpen(i + 1) && !starts.has(i + 1);
    if (joinsBefore) context.lineTo(at.x(x[i]), at.y(value));
    else context.moveTo(at.x(x[i]), at.y(value));
    if (!joinsBefore && !joinsAfter) context.fillRect(at.x(x[i]) - 3, at.y(value) - 3, 6, 6);
  });
  context.stroke();
}

/** Powers of ten, with 2 and 5 between them where they are few, as logarithms. */
function logTicks(low: number, high: number, count: number): number[] {
  const digits = high - low > 2 ? [1] : high - low > 0.7 ? [1, 2, 5] : [];
  if (digits.length === 0) {
    return roundTicks(10 ** low, 10 ** high, count)
      .filter((value) => value > 0)
      .map(Math.log10);
  }
  const stride = Math.max(1, Math.ceil((high - low) / count));
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    if (digits.length === 1 && power % stride !== 0) continue;
    for (const digit of digits) ticks.push(power + Math.log10(digit));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}
