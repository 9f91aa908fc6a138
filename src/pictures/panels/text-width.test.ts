import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { fitText, textWidth } from './text-width.ts';

/** Advance widths by character, read from the tables cmap (format 12), hhea and hmtx of a TrueType file. */
function advances(file: string): (character: string) => number {
  const font = readFileSync(file);
  const tables = new Map<string, number>();
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const at = 12 + 16 * i;
    tables.set(font.toString('latin1', at, at + 4), font.readUInt32BE(at + 8));
  }
  const table = (name: string) => tables.get(name) ?? 0;
  const cmap = table('cmap');
  let groups = 0;
  for (let i = 0; i < font.readUInt16BE(cmap + 2); i++) {
    const sub = cmap + font.readUInt32BE(cmap + 4 + 8 * i + 4);
    if (font.readUInt16BE(sub) === 12) groups = sub;
  }
  const metrics = font.readUInt16BE(table('hhea') + 34);
  return (character) => {
    const code = character.codePointAt(0) ?? 0;
    for (let i = 0; i < font.readUInt32BE(groups + 12); i++) {
      const at = groups + 16 + 12 * i;
      const start = font.readUInt32BE(at);
      if (code < start || code > font.readUInt32BE(at + 4)) continue;
      const glyph = font.readUInt32BE(at + 8) + code - start;
      return font.readUInt16BE(table('hmtx') + 4 * Math.min(glyph, metrics - 1));
    }
    throw new Error(`no glyph for ${character}`);
  };
}

describe('textWidth', () => {
  it('agrees with the font for every character it knows', () => {
    const file = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
    const advance = advances(file);
    const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
    for (const character of [...ascii, ...Array.from('−µÅ·×…⁰¹²³⁴⁵⁶⁷⁸⁹⁻π≤≥–°')]) {
      expect(textWidth(character, 2048), character).toBe(advance(character));
    }
  });

  it('grows with the size, and counts unknown characters as one em', () => {
    expect(textWidth('abc', 24)).toBeCloseTo(2 * textWidth('abc', 12), 10);
    expect(textWidth('漢字', 10)).toBe(20);
  });
});

describe('fitText', () => {
  it('leaves what fits and shortens what does not', () => {
    expect(fitText('short', 12, 100)).toBe('short');
    const cut = fitText('a rather long name of a scan', 12, 80);
    expect(cut).toMatch(/^a rather.*…$/);
    expect(textWidth(cut, 12)).toBeLessThanOrEqual(80);
  });
});
