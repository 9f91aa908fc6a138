/** Widths of text, so that labels can be laid out without a renderer. */

/** Advance widths of DejaVu Sans 2.37 for the characters 32…126, in 1/2048 of the font size. */
const ASCII = [
  651, 821, 942, 1716, 1303, 1946, 1597, 563, 799, 799, 1024, 1716, 651, 739, 651, 690, 1303, 1303, 1303,
  1303, 1303, 1303, 1303, 1303, 1303, 1303, 690, 690, 1716, 1716, 1716, 1087, 2048, 1401, 1405, 1430, 1577,
  1294, 1178, 1587, 1540, 604, 604, 1343, 1141, 1767, 1532, 1612, 1235, 1612, 1423, 1300, 1251, 1499, 1401,
  2025, 1403, 1251, 1403, 799, 690, 799, 1716, 1024, 1024, 1255, 1300, 1126, 1300, 1260, 721, 1300, 1298, 569,
  569, 1186, 569, 1995, 1298, 1253, 1300, 1300, 842, 1067, 803, 1298, 1212, 1675, 1212, 1212, 1075, 1303, 690,
  1303, 1716,
];

const OTHERS = new Map([
  ['−', 1716],
  ['µ', 1303],
  ['Å', 1401],
  ['·', 651],
  ['×', 1716],
  ['…', 2048],
  ['⁰', 821],
  ['¹', 821],
  ['²', 821],
  ['³', 821],
  ['⁴', 821],
  ['⁵', 821],
  ['⁶', 821],
  ['⁷', 821],
  ['⁸', 821],
  ['⁹', 821],
  ['⁻', 1081],
  ['π', 1233],
  ['≤', 1716],
  ['≥', 1716],
  ['–', 1024],
  ['°', 1024],
  ['½', 1985],
]);

/** Characters outside of the tables count as one em, which few exceed. */
const UNKNOWN = 2048;

/** Width of one line of text in px. */
export function textWidth(content: string, size: number): number {
  let sum = 0;
  for (const character of content) {
    const code = character.charCodeAt(0);
    sum += code >= 32 && code <= 126 ? ASCII[code - 32] : (OTHERS.get(character) ?? UNKNOWN);
  }
  return (sum * size) / 2048;
}

/** `content`, shortened with an ellipsis to at most `width` px. */
export function fitText(content: string, size: number, width: number): string {
  if (textWidth(content, size) <= width) return content;
  const characters = Array.from(content);
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, size) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}
