/** Which part of a picture is shown. Places are shares of the picture, 0…1 down and to the right, so that they hold for a finer one too. */

export interface Point {
  readonly y: number;
  readonly x: number;
}

/** From its upper left corner on, 1/zoom of the picture along both sides. */
export interface View extends Point {
  readonly zoom: number;
}

export const WHOLE: View = { y: 0, x: 0, zoom: 1 };

function within(view: View): View {
  const room = 1 - 1 / view.zoom;
  const inside = (place: number) => Math.min(room, Math.max(0, place));
  return { y: inside(view.y), x: inside(view.x), zoom: view.zoom };
}

/** So that at least four elements are seen along the shorter side. */
export function largestZoom(rows: number, cols: number): number {
  return Math.max(1, Math.min(rows, cols) / 4);
}

/** `factor` times as large, up to `limit`; what is at `fixed` of the shown part stays there. */
export function zoomed(view: View, factor: number, fixed: Point, limit: number): View {
  const zoom = Math.min(limit, Math.max(1, view.zoom * factor));
  const moved = 1 / view.zoom - 1 / zoom;
  return within({ y: view.y + fixed.y * moved, x: view.x + fixed.x * moved, zoom });
}

/** Moved by shares of the shown part. */
export function panned(view: View, by: Point): View {
  return within({ y: view.y + by.y / view.zoom, x: view.x + by.x / view.zoom, zoom: view.zoom });
}

/** Between two fingers: `factor` times as large, and what was at `from` of the shown part comes to lie at `to`. */
export function pinched(view: View, factor: number, from: Point, to: Point, limit: number): View {
  return panned(zoomed(view, factor, from, limit), { y: from.y - to.y, x: from.x - to.x });
}

/** The place in the picture of a place in the shown part, which is given in shares of it. */
export function inPicture(view: View, at: Point): Point {
  return { y: view.y + at.y / view.zoom, x: view.x + at.x / view.zoom };
}

/** What is shown, in shares of a picture; parts of it may lie outside. */
export interface Part extends Point {
  readonly height: number;
  readonly width: number;
}

export function partOf(view: View): Part {
  return { y: view.y, x: view.x, height: 1 / view.zoom, width: 1 / view.zoom };
}

/** And back. */
export function inView(view: View, at: Point): Point {
  return { y: (at.y - view.y) * view.zoom, x: (at.x - view.x) * view.zoom };
}
