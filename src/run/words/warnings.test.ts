import { expect, it } from 'vitest';
import { eventLog } from '../event-log.ts';
import type { RunEvent } from '../events.ts';
import { describe } from './event-text.ts';
import { Warnings } from './warnings.ts';

it('warnings of one topic become few lines, the last of which counts them all', () => {
  const lines: string[] = [];
  const warnings = new Warnings();
  const hear = (event: RunEvent): void => {
    for (const warning of warnings.due(event)) lines.push(describe(warning) ?? '');
  };
  const log = eventLog(hear, () => 'warn');
  for (let frame = 1; frame <= 11; frame++) log.warn(`frame ${frame}; left out`, 'bad frames');
  log.warn('something else');
  hear({ event: 'done', seconds: 1 });
  expect(lines).toEqual([
    'warning: frame 1; left out',
    'warning: bad frames: 2, the last one: frame 2; left out',
    'warning: bad frames: 4, the last one: frame 4; left out',
    'warning: bad frames: 8, the last one: frame 8; left out',
    'warning: something else',
    'warning: bad frames: 11, the last one: frame 11; left out',
  ]);
});
