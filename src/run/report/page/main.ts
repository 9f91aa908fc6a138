/** The script of a report: pictures and curves from the data in the page. */
import { curveScene, dashOf } from './curve.ts';
import type { CurveData, FieldData, PageData, View } from './data.ts';
import { phaseColour } from '../../../pictures/panels/colours.ts';
import { coloursOf, fieldScene } from './field.ts';
import { Plane } from './plane.ts';
import { pointsScene } from './points.ts';
import { plain } from './scene.ts';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
const planes: Plane[] = [];

for (const figure of document.querySelectorAll<HTMLElement>('figure[data-kind]')) {
  const index = Number(figure.dataset.index);
  if (figure.dataset.kind === 'field') showField(figure, data.fields[index]);
  else if (figure.dataset.kind === 'points') {
    const points = data.points[index];
    if (points.indices.length > 0) planes.push(new Plane(figure, pointsScene(points), points.name));
  } else {
    const curve = data.curves[index];
    showLegend(figure, curve);
    planes.push(new Plane(figure, curveScene(curve), curve.name));
  }
}

function redraw(): void {
  for (const plane of planes) plane.draw();
}

// Colours are those of the page: light on paper, whatever the screen shows.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
for (const [event, isPaper] of [
  ['beforeprint', true],
  ['afterprint', false],
] as const) {
  window.addEventListener(event, () => {
    document.documentElement.classList.toggle('paper', isPaper);
    redraw();
  });
}

function showField(figure: HTMLElement, field: FieldData): void {
  const controls = document.createElement('div');
  controls.className = 'controls';
  figure.append(controls);
  const views = ['phase', 'amplitude', 'complex'] as const satisfies readonly View[];
  const view = choice(controls, `show of the ${field.name}`, views, field.view);
  const names = field.layers.map(({ name }) => name);
  const layer = names.length > 1 ? choice(controls, `mode of the ${field.name}`, names, names[0]) : undefined;
  const scene = () => fieldScene(field, layerNow(), viewNow(), data.maps);
  const layerNow = () => field.layers[layer?.selectedIndex ?? 0];
  const viewNow = (): View => views[view.selectedIndex];
  const plane = new Plane(figure, scene(), field.name);
  planes.push(plane);
  const key = document.createElement('div');
  key.className = 'key';
  figure.append(key);
  const show = (): void => {
    showKey(key, field, layerNow().name, viewNow());
  };
  for (const control of [view, layer]) {
    control?.addEventListener('change', () => {
      plane.scene = scene();
      show();
    });
  }
  show();
}

function choice(
  parent: HTMLElement,
  name: string,
  values: readonly string[],
  chosen: string,
): HTMLSelectElement {
  const label = document.createElement('label');
  const select = document.createElement('select');
  for (const value of values) select.add(new Option(value, value, false, value === chosen));
  label.append(`${name} `, select);
  parent.append(label);
  return select;
}

/** What colours mean. */
function showKey(parent: HTMLElement, field: FieldData, layerName: string, view: View): void {
  const layer = field.layers.find(({ name }) => name === layerName) ?? field.layers[0];
  const bar = document.createElement('canvas');
  [bar.width, bar.height] = [256, 14];
  bar.setAttribute('aria-hidden', 'true');
  const context = bar.getContext('2d');
  const colours = coloursOf(layer, view, data.maps);
  for (let i = 0; i < 256; i++) {
    const [red, green, blue] =
      view === 'complex'
        ? phaseColour((i / 255) * 2 * Math.PI - Math.PI, 1)
        : colours.subarray(3 * i, 3 * i + 3);
    if (context === null) break;
    context.fillStyle = `rgb(${red} ${green} ${blue})`;
    context.fillRect(i, 0, 1, 14);
  }
  const [low, high] = view === 'amplitude' ? layer.ranges.amplitude : layer.ranges.phase;
  const number = (value: number): string => plain(Number(value.toPrecision(4)));
  const text = {
    phase: layer.wraps ? ['−π', 'π rad'] : [number(low), `${number(high)} rad`],
    amplitude: [number(low), number(high)],
    complex: ['phase −π', `π rad; brightness: amplitude from 0 to ${number(layer.ranges.amplitude[1])}`],
  }[view];
  parent.replaceChildren(`${text[0]} `, bar, ` ${text[1]}`);
}

function showLegend(parent: HTMLElement, curve: CurveData): void {
  const list = document.createElement('ul');
  list.className = 'legend';
  curve.series.forEach(({ name }, line) => {
    const entry = document.createElement('li');
    const sample = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    sample.setAttribute('viewBox', '0 0 36 8');
    sample.setAttribute('aria-hidden', 'true');
    const stroke = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    stroke.setAttribute('d', 'M0 4H36');
    stroke.setAttribute('stroke-dasharray', dashOf(line).join(' '));
    stroke.setAttribute('class', `series-${(line % 6) + 1}`);
    sample.append(stroke);
    entry.append(sample, name);
    list.append(entry);
  });
  parent.append(list);
}
