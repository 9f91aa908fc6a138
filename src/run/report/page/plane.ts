/** A canvas with axes that zooms and tells values: by pointer, wheel and keys. */
import type { Axis, Ink, Projection, Scene, Span } from './scene.ts';

const LEFT = 62;
const RIGHT = 14;
const TOP = 10;
const BOTTOM = 44;
const FONT = '12px system-ui, sans-serif';
const HIGHEST = 560;
const CURVE_HEIGHT = 320;
/** How much a step of the wheel, or a key, zooms. */
const ZOOM = 1.25;
/** No further in than this part of all. */
const CLOSEST = 1 / 400;

export class Plane {
  readonly #canvas: HTMLCanvasElement;
  readonly #readout: HTMLOutputElement;
  #scene: Scene;
  #view: Span;
  #cross: readonly [number, number] | undefined;

  /** `name` is for who cannot see the picture. */
  constructor(parent: HTMLElement, scene: Scene, name: string) {
    this.#scene = scene;
    this.#view = scene.all;
    this.#canvas = document.createElement('canvas');
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute('role', 'img');
    this.#canvas.setAttribute('aria-label', `${name}: arrow keys read values, + and − zoom, 0 shows all`);
    this.#readout = document.createElement('output');
    this.#readout.setAttribute('aria-live', 'polite');
    parent.append(this.#canvas, this.#buttons(name), this.#readout);
    this.#listen();
    new ResizeObserver(() => {
      this.draw();
    }).observe(this.#canvas);
    this.#tell();
  }

  /** Something else at the same place, seen as before. */
  set scene(scene: Scene) {
    this.#scene = scene;
    this.draw();
    this.#tell();
  }

  #buttons(name: string): HTMLElement {
    const row = document.createElement('div');
    row.className = 'zoom';
    const kinds = [
      [
        '+',
        `zoom in: ${name}`,
        () => {
          this.#zoomBy(ZOOM);
        },
      ],
      [
        '−',
        `zoom out: ${name}`,
        () => {
          this.#zoomBy(1 / ZOOM);
        },
      ],
      [
        'all',
        `show all: ${name}`,
        () => {
          this.#show(this.#scene.all);
        },
      ],
    ] as const;
    for (const [text, label, act] of kinds) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = text;
      button.setAttribute('aria-label', label);
      button.addEventListener('click', act);
      row.append(button);
    }
    return row;
  }

  #listen(): void {
    const canvas = this.#canvas;
    let drag: { x: number; y: number; view: Span; at: Projection } | undefined;
    canvas.addEventListener('pointerdown', (event) => {
      drag = { x: event.offsetX, y: event.offsetY, view: this.#view, at: this.#projection() };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (drag !== undefined && Math.hypot(event.offsetX - drag.x, event.offsetY - drag.y) > 3) {
        const { view, at } = drag;
        const dx = ((drag.x - event.offsetX) / at.width) * (at.view.x[1] - at.view.x[0]);
        const dy = ((drag.y - event.offsetY) / at.height) * (at.view.y[1] - at.view.y[0]);
        this.#show(moved(view, dx, this.#scene.down ? dy : -dy));
        return;
      }
      this.#point(this.#placeAt(event.offsetX, event.offsetY));
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(end, () => {
        drag = undefined;
      });
    }
    canvas.addEventListener('pointerleave', () => {
      if (drag === undefined && document.activeElement !== canvas) this.#point(undefined);
    });
    canvas.addEventListener('dblclick', () => {
      this.#show(this.#scene.all);
    });
    canvas.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        this.#zoomBy(event.deltaY < 0 ? ZOOM : 1 / ZOOM, this.#placeAt(event.offsetX, event.offsetY));
      },
      { passive: false },
    );
    canvas.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.#key(event.key, event.shiftKey)) return;
      event.preventDefault();
    });
  }

  /** Whether the key means anything here. */
  #key(key: string, shift: boolean): boolean {
    const { all, step, down } = this.#scene;
    const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (arrow !== undefined) {
      const [right, below] = [arrow[0], down ? arrow[1] : -arrow[1]];
      const { x, y } = this.#view;
      if (shift) {
        this.#show(moved(this.#view, (right * (x[1] - x[0])) / 10, (below * (y[1] - y[0])) / 10));
      } else {
        const from = this.#cross ?? [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2];
        this.#point(
          this.#cross === undefined ? from : [from[0] + right * step[0], from[1] + below * step[1]],
        );
      }
      return true;
    }
    if (key === '+' || key === '=') this.#zoomBy(ZOOM, this.#cross);
    else if (key === '-' || key === '−') this.#zoomBy(1 / ZOOM, this.#cross);
    else if (key === '0') this.#show(all);
    else if (key === 'Escape') this.#point(undefined);
    else return false;
    return true;
  }

  #zoomBy(factor: number, at?: readonly [number, number]): void {
    const { all } = this.#scene;
    const side = (name: 'x' | 'y', about: number | undefined): readonly [number, number] => {
      const [low, high] = this.#view[name];
      const whole = all[name][1] - all[name][0];
      const size = Math.min(whole, Math.max(whole * CLOSEST, (high - low) / factor));
      const point = about ?? (low + high) / 2;
      const start = point - ((point - low) / (high - low)) * size;
      return [start, start + size];
    };
    this.#show({ x: side('x', at?.[0]), y: side('y', at?.[1]) });
  }

  /** As much of it as lies within all. */
  #show(view: Span): void {
    const within = (name: 'x' | 'y'): readonly [number, number] => {
      const [low, high] = this.#scene.all[name];
      const size = Math.min(high - low, view[name][1] - view[name][0]);
      const start = Math.min(high - size, Math.max(low, view[name][0]));
      return [start, start + size];
    };
    this.#view = { x: within('x'), y: within('y') };
    this.draw();
    this.#tell();
  }

  #point(place: readonly [number, number] | undefined): void {
    const { all } = this.#scene;
    const within = (name: 'x' | 'y', value: number): number =>
      Math.min(all[name][1], Math.max(all[name][0], value));
    this.#cross = place === undefined ? undefined : [within('x', place[0]), within('y', place[1])];
    this.draw();
    this.#tell();
  }

  #tell(): void {
    this.#readout.value =
      this.#cross === undefined
        ? 'Point at the picture, or focus it and use the arrow keys, to read values.'
        : this.#scene.read(...this.#cross, this.#projection()).text;
  }

  #placeAt(px: number, py: number): readonly [number, number] {
    const { view, left, top, width, height } = this.#projection();
    const across = (px - left) / width;
    const along = (py - top) / height;
    return [
      view.x[0] + across * (view.x[1] - view.x[0]),
      this.#scene.down
        ? view.y[0] + along * (view.y[1] - view.y[0])
        : view.y[1] - along * (view.y[1] - view.y[0]),
    ];
  }

  #projection(): Projection {
    const { all, equal, down } = this.#scene;
    const room = Math.max(80, this.#canvas.clientWidth - LEFT - RIGHT);
    const ratio = (all.y[1] - all.y[0]) / (all.x[1] - all.x[0]);
    const width = equal ? Math.min(room, Math.round(HIGHEST / ratio)) : room;
    const height = equal ? Math.max(20, Math.round(width * ratio)) : CURVE_HEIGHT;
    const view = this.#view;
    return {
      ...{ view, left: LEFT, top: TOP, width, height },
      x: (value) => LEFT + ((value - view.x[0]) / (view.x[1] - view.x[0])) * width,
      y: (value) => {
        const part = (value - view.y[0]) / (view.y[1] - view.y[0]);
        return TOP + (down ? part : 1 - part) * height;
      },
    };
  }

  draw(): void {
    const at = this.#projection();
    const canvas = this.#canvas;
    const scale = window.devicePixelRatio;
    const [cssWidth, cssHeight] = [canvas.clientWidth, at.top + at.height + BOTTOM];
    canvas.style.height = `${cssHeight}px`;
    canvas.width = Math.round(cssWidth * scale);
    canvas.height = Math.round(cssHeight * scale);
    const context = canvas.getContext('2d');
    if (context === null || cssWidth === 0) return;
    const ink = inkOf(canvas);
    context.scale(scale, scale);
    context.font = FONT;
    context.save();
    context.beginPath();
    context.rect(at.left, at.top, at.width, at.height);
    context.clip();
    this.#scene.draw(context, at, ink);
    this.#drawCross(context, at, ink);
    context.restore();
    this.#drawAxes(context, at, ink);
  }

  #drawCross(context: CanvasRenderingContext2D, at: Projection, ink: Ink): void {
    if (this.#cross === undefined) return;
    const place = this.#scene.read(...this.#cross, at).at;
    const [x, y] = [at.x(place[0]), at.y(place[1])];
    const path = new Path2D();
    path.moveTo(x, at.top);
    path.lineTo(x, at.top + at.height);
    if (this.#scene.equal) {
      path.moveTo(at.left, y);
      path.lineTo(at.left + at.width, y);
    }
    // Seen on light and on dark.
    for (const [colour, width] of [
      [ink.ground, 3],
      [ink.accent, 1],
    ] as const) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke(path);
    }
  }

  #drawAxes(context: CanvasRenderingContext2D, at: Projection, ink: Ink): void {
    const { x, y } = this.#scene.axes(at.view);
    context.strokeStyle = ink.line;
    context.fillStyle = ink.text;
    context.lineWidth = 1;
    context.strokeRect(at.left - 0.5, at.top - 0.5, at.width + 1, at.height + 1);
    const bottom = at.top + at.height;
    context.textAlign = 'center';
    context.textBaseline = 'top';
    for (const tick of ticksOf(x, at.view.x, at.width / 80)) {
      line(context, at.x(tick), bottom, at.x(tick), bottom + 5);
      context.fillText(x.text(tick), at.x(tick), bottom + 8);
    }
    context.fillText(x.label, at.left + at.width / 2, bottom + 26);
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const tick of ticksOf(y, at.view.y, at.height / 50)) {
      line(context, at.left - 5, at.y(tick), at.left, at.y(tick));
      context.fillText(y.text(tick), at.left - 8, at.y(tick));
    }
    context.save();
    context.translate(12, at.top + at.height / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'center';
    context.fillText(y.label, 0, 0);
    context.restore();
  }
}

function ticksOf(axis: Axis, [low, high]: readonly [number, number], count: number): readonly number[] {
  return axis.ticks(low, high, Math.max(1, Math.floor(count)));
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function moved({ x, y }: Span, dx: number, dy: number): Span {
  return { x: [x[0] + dx, x[1] + dx], y: [y[0] + dy, y[1] + dy] };
}

function inkOf(element: HTMLElement): Ink {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ...{ text: colour('text'), line: colour('line'), grid: colour('grid') },
    ...{ accent: colour('accent'), ground: colour('ground') },
    series: ['1', '2', '3', '4', '5', '6'].map((number) => colour(`series-${number}`)),
  };
}
