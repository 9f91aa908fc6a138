/** Widths of text as the page draws it. */

/** px of the numbers and the labels of axes; `heatmap.css` says the same. */
export const FONT_SIZE = 12;

let context: CanvasRenderingContext2D | null | undefined;
const known = new Map<string, number>();

/** Width of one line, px. */
export function textWidth(text: string): number {
  if (context === undefined) {
    context = document.createElement('canvas').getContext('2d');
    if (context !== null) context.font = `${FONT_SIZE}px ${getComputedStyle(document.body).fontFamily}`;
  }
  let width = known.get(text);
  if (width === undefined) {
    width = context?.measureText(text).width ?? text.length * FONT_SIZE;
    if (known.size > 2000) known.clear();
    known.set(text, width);
  }
  return width;
}
