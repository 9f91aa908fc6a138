import { expect, it } from 'vitest';
import type { RunState } from '../../../src/server/protocol/messages.ts';
import { NOTHING_KNOWN, reduce, type Happening, type PageState } from '../connection/state.ts';
import { lossText } from './loss.ts';

const STATE = { source: 'run', advice: [], scans: [] } as unknown as RunState;

function after(...happenings: readonly Happening[]): PageState {
  const welcome: Happening = {
    ...{ kind: 'welcome', version: 1, software: 'ptyflow', canControl: false },
    sources: [{ id: 'run', name: 'moon', kind: 'run' }],
  };
  return [welcome, ...happenings].reduce(reduce, NOTHING_KNOWN);
}

const line = (text: string): Happening => ({
  ...{ kind: 'log', source: 'run', lines: [{ time: 0, level: 'info', text }] },
});
const ended: Happening = { kind: 'state', state: { ...STATE, status: 'ended' } };

it('a page that was closed on purpose says how to go on, however often it then fails to connect', () => {
  const lines = ['saved scan 1.ptyd', "saved it's/moon_DM.ptyr", 'saved object.png'].map(line);
  const closed = after(...lines, ended, { kind: 'lost', isClosed: true });
  const text =
    "The run has ended, and its page has closed; open the results with: ptyflow view 'it'\\''s/moon_DM.ptyr'";
  expect(lossText(closed)).toBe(text);
  expect(lossText(reduce(closed, { kind: 'lost', isClosed: false }))).toBe(text);
  const prepared = after(lines[0], ended, { kind: 'lost', isClosed: true });
  expect(lossText(prepared)).toMatch(/ptyflow view 'scan 1\.ptyd'$/);
  expect(lossText(after({ kind: 'lost', isClosed: true }))).toMatch(/has ended\. What is shown is old/);
});

it('one that is lost tries again', () => {
  expect(lossText(after(ended, { kind: 'lost', isClosed: false }))).toMatch(/tries to connect again/);
});
