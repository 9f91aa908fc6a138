import { describe, expect, it, vi } from 'vitest';
import { consoleLog } from './log.ts';

describe('the log of those who give none', () => {
  it('is the console, for errors and warnings', () => {
    const shown: unknown[] = [];
    const spies = (['error', 'warn', 'info', 'debug', 'log'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...given) => void shown.push([name, ...given])),
    );
    for (const level of ['debug', 'info', 'warn', 'error'] as const) consoleLog[level](`100 % ${level}`);
    for (const spy of spies) spy.mockRestore();
    expect(shown).toEqual([
      ['warn', 'ptyflow: 100 % warn'],
      ['error', 'ptyflow: 100 % error'],
    ]);
  });
});
