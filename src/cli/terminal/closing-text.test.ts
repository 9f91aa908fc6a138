import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../run/events.ts';
import { Closing } from './closing-text.ts';

const iteration = (engine: string, count: number, rfactor: number, half?: 1 | 2): RunEvent => ({
  ...{ event: 'iteration', engine, key: engine, iteration: count, iterations: 40, seconds: count },
  errors: { magnitude: 3, rfactor },
  ...(half === undefined ? {} : { half }),
});
const saved = (what: 'ptyd' | 'ptyr' | 'picture', file: string): RunEvent => ({ event: 'saved', what, file });

function closing(...events: readonly RunEvent[]): string {
  const all = new Closing();
  for (const event of events) all.hear(event);
  return all.text();
}

describe('the closing line', () => {
  it('tells iterations of all engines, the last error, files and the next commands', () => {
    expect(
      closing(
        saved('ptyd', 'S.ptyd'),
        iteration('DM', 13, 0.3),
        iteration('DM', 40, 0.2),
        saved('ptyr', 'S_DM_0040.ptyr'),
        iteration('ML', 20, 0.1716),
        saved('ptyr', 'S_ML_0060.ptyr'),
        saved('picture', 'phase.png'),
      ),
    ).toBe(
      ': 60 iterations, R-factor 0.1716, 4 files saved; to look at it: ptyflow view S_ML_0060.ptyr, to share it: ptyflow report S_ML_0060.ptyr',
    );
  });

  it('means all frames where halves were reconstructed too', () => {
    const half: RunEvent = { event: 'half', half: 1, frames: 9 };
    expect(
      closing(
        iteration('DM', 40, 0.2),
        saved('ptyr', 'a.ptyr'),
        half,
        iteration('DM', 40, 0.5, 1),
        saved('ptyr', 'a_half1.ptyr'),
      ),
    ).toContain('40 iterations, R-factor 0.2, 2 files saved; to look at it: ptyflow view a.ptyr,');
  });

  it('shows prepared frames where nothing was reconstructed, as a shell takes their name', () => {
    expect(closing(saved('ptyd', "my scan's.ptyd"))).toBe(
      String.raw`: 1 file saved; to look at it: ptyflow view 'my scan'\''s.ptyd'`,
    );
  });

  it('says nothing where there is nothing', () => {
    expect(closing()).toBe('');
  });
});
