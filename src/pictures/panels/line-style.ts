/** Colours and dashes that tell lines apart. */

/** Colours of Okabe and Ito (2008), told apart by colour-blind eyes, each with a dash pattern of its own. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#b8860b'];
const DASHES = [undefined, '9 4', '2.5 3', '10 3 2.5 3', '16 4', '10 3 2.5 3 2.5 3'];

export interface Style {
  readonly stroke: string;
  readonly dashes: string | undefined;
}

/** The seventh line takes the first colour again, with another pattern. */
export function styleOf(index: number): Style {
  const turn = Math.floor(index / COLOURS.length);
  return { stroke: COLOURS[index % COLOURS.length], dashes: DASHES[(index + turn) % DASHES.length] };
}
