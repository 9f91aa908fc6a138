/** A heat map as it stands on the page, as a file: always in the colours of light paper. */

/** `heatmap.css`: as on light paper, whatever the system's colours. */
const ON_PAPER = 'heatmap-on-paper';
/** Around the drawing, px. */
const MARGIN = 8;
/** What text and lines look like; a file has no style sheet. */
const STYLES = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'font-size', 'font-family', 'opacity'];
const SVG = 'http://www.w3.org/2000/svg';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Figure {
  /** Of the stage, px. */
  readonly crop: Box;
  readonly paper: string;
  /** Copies, the lowest first. */
  readonly pictures: readonly { readonly canvas: HTMLCanvasElement; readonly box: Box }[];
  /** Axes, scale bar, colour bar; in px of the stage. */
  readonly drawing: SVGSVGElement;
}

/** Copies what is on the stage. The canvases must have been drawn in the same task. */
export function figureOf(stage: HTMLElement): Figure {
  const svg = stage.querySelector<SVGSVGElement>('svg.heatmap-drawing');
  const map = stage.closest('.heatmap');
  if (svg === null || map === null) throw new Error('there is nothing to save yet');
  map.classList.add(ON_PAPER);
  try {
    const origin = stage.getBoundingClientRect();
    const pictures = [...stage.querySelectorAll('canvas')]
      .filter(({ width, height, hidden }) => width > 0 && height > 0 && !hidden)
      .map((canvas) => {
        const { x, y, width, height } = canvas.getBoundingClientRect();
        return { canvas: copyOf(canvas), box: { x: x - origin.x, y: y - origin.y, width, height } };
      });
    const { x, y, width, height } = svg.getBBox();
    const [left, top] = [Math.floor(x - MARGIN), Math.floor(y - MARGIN)];
    const crop = {
      ...{ x: left, y: top },
      width: Math.ceil(x + width + MARGIN) - left,
      height: Math.ceil(y + height + MARGIN) - top,
    };
    return { crop, pictures, drawing: styledCopy(svg), paper: getComputedStyle(map).backgroundColor };
  } finally {
    map.classList.remove(ON_PAPER);
  }
}

/** Text stays text, pictures are embedded as they are on the screen. */
export function svgText({ crop, paper, pictures, drawing }: Figure, title: string): string {
  const whole = sized(drawing, crop);
  const add = (name: string, attributes: Readonly<Record<string, string | number>>) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    return made;
  };
  const name = add('title', {});
  name.textContent = title;
  whole.prepend(
    name,
    add('rect', { ...crop, fill: paper }),
    ...pictures.map(({ canvas, box }) =>
      add('image', {
        ...{ ...box, href: canvas.toDataURL('image/png'), preserveAspectRatio: 'none' },
        // A few large elements keep their edges; a wheel is smooth by itself.
        'image-rendering': 'pixelated',
      }),
    ),
  );
  return new XMLSerializer().serializeToString(whole);
}

/** `ratio`: device pixels for one px, so that each pixel of the canvas is one of the file. */
export async function pngOf({ crop, paper, pictures, drawing }: Figure, ratio: number): Promise<Blob> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.ceil(crop.width * ratio), Math.ceil(crop.height * ratio)];
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser draws no pictures');
  context.fillStyle = paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  for (const { canvas: picture, box } of pictures) {
    const [x, y] = [(box.x - crop.x) * ratio, (box.y - crop.y) * ratio].map(Math.round);
    context.drawImage(picture, x, y, Math.round(box.width * ratio), Math.round(box.height * ratio));
  }
  const text = new XMLSerializer().serializeToString(sized(drawing, crop));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  context.drawImage(image, 0, 0, crop.width * ratio, crop.height * ratio);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('the picture is too large for a PNG'));
      else resolve(blob);
    }, 'image/png');
  });
}

function sized(drawing: SVGSVGElement, { x, y, width, height }: Box): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.setAttribute('viewBox', `${x} ${y} ${width} ${height}`);
  return copy;
}

function copyOf(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [canvas.width, canvas.height];
  copy.getContext('2d')?.drawImage(canvas, 0, 0);
  return copy;
}

function styledCopy(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const copies = copy.querySelectorAll('*');
  for (const [i, element] of [...svg.querySelectorAll('*')].entries()) {
    const style = getComputedStyle(element);
    // As attributes: the page's policy forbids styles in text.
    for (const name of STYLES) copies[i].setAttribute(name, style.getPropertyValue(name));
    copies[i].removeAttribute('class');
  }
  copy.setAttribute('xmlns', SVG);
  for (const name of ['class', 'aria-hidden']) copy.removeAttribute(name);
  return copy;
}
