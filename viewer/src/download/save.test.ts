import { expect, it } from 'vitest';
import { baseName, fileName } from './save.ts';

it('names hold nothing that a file system or a shell minds', () => {
  expect(fileName('moon', '', '../S:G00 "x"', 'phase')).toBe('moon-S_G00_x-phase');
  expect(fileName('Größe 1', 'mode 0')).toBe('Größe_1-mode_0');
});

it('the name of a source is that of its file', () => {
  expect(baseName('recons/moon/moon_EPIE_0003.ptyr')).toBe('moon_EPIE_0003');
  expect(baseName('moon')).toBe('moon');
});
