import { describe, expect, it } from 'vitest';
import type { HistoryEntry, Source } from '../../../src/server/protocol/messages.ts';
import { LOG_LINES, NOTHING_KNOWN, reduce, type Happening, type PageState } from './state.ts';

const SOURCES: readonly Source[] = [
  { id: 'a', name: 'first.ptyr', kind: 'ptyr' },
  { id: 'b', name: 'star', kind: 'run' },
];

function welcome(sources: readonly Source[], version = 1): Happening {
  return { kind: 'welcome', version, software: '0.1.0', canControl: false, sources };
}

function after(...happenings: Happening[]): PageState {
  return happenings.reduce(reduce, NOTHING_KNOWN);
}

function entry(iterations: number): HistoryEntry {
  return { engine: 'DM', iterations, iteration: iterations, numiter: 9, seconds: 1, errors: {} };
}

describe('what the page knows', () => {
  it('shows the run first, and keeps what was chosen', () => {
    expect(after(welcome(SOURCES)).chosen).toBe('b');
    const chosen = after(welcome(SOURCES), { kind: 'choose', source: 'a' });
    expect(reduce(chosen, { kind: 'sources', sources: SOURCES }).chosen).toBe('a');
    expect(reduce(chosen, { kind: 'sources', sources: SOURCES.slice(1) }).chosen).toBe('b');
    expect(reduce(chosen, { kind: 'sources', sources: [] }).chosen).toBeNull();
    const saved = [240, 330, 60].map((iterations): Source => {
      const id = `s${iterations}`;
      return { id, name: id, kind: 'ptyr', saved: { run: 'r', iterations, engine: 'DM' } };
    });
    expect(after(welcome([SOURCES[0], ...saved])).chosen).toBe('s330');
  });

  it('finds a chosen source by its name when the server was started again, and forgets the rest', () => {
    const log: Happening = { kind: 'log', source: 'a', lines: [{ time: 0, level: 'info', text: 'x' }] };
    const lost = after(welcome(SOURCES), { kind: 'choose', source: 'a' }, log, {
      kind: 'lost',
      isClosed: false,
    });
    expect(lost).toMatchObject({ link: 'lost', logs: { a: [{ text: 'x' }] } });
    const back = reduce(
      lost,
      welcome([
        { ...SOURCES[1], id: '1' },
        { ...SOURCES[0], id: '2' },
      ]),
    );
    expect(back).toMatchObject({ link: 'open', isBack: true, chosen: '2', logs: {} });
  });

  it('says so when the server speaks another version', () => {
    expect(after(welcome([], 1)).isOutdated).toBe(false);
    expect(after(welcome([], 2)).isOutdated).toBe(true);
  });

  it('continues a history from the number that the server gives', () => {
    const add = (from: number, ...numbers: number[]): Happening => {
      return { kind: 'history', source: 'b', from, entries: numbers.map(entry) };
    };
    const numbers = (state: PageState) => state.histories.b?.map(({ iterations }) => iterations);
    expect(numbers(after(add(0, 1, 2), add(2, 3)))).toEqual([1, 2, 3]);
    expect(numbers(after(add(0, 1, 2, 3), add(1, 7)))).toEqual([1, 7]);
  });

  it('keeps the newest lines of a log', () => {
    const lines = Array.from({ length: LOG_LINES + 3 }, (_, at) => ({
      ...{ time: at, level: 'info' as const, text: String(at) },
    }));
    const { logs } = after(
      { kind: 'log', source: 'b', lines },
      { kind: 'log', source: 'b', lines: [lines[0]] },
    );
    expect(logs.b).toHaveLength(LOG_LINES);
    expect(logs.b?.at(-1)?.text).toBe('0');
    expect(logs.b?.at(0)?.text).toBe('4');
  });

  it('forgets that a file was unreadable when it has been read', () => {
    const unreadable = after({ kind: 'unreadable', source: 'a', message: 'is cut' });
    expect(unreadable.unreadable).toEqual({ a: 'is cut' });
    const description = { source: 'a', sequence: 1, objects: [], probes: [], scans: [], facts: [] };
    expect(reduce(unreadable, { kind: 'description', description }).unreadable).toEqual({});
  });

  it('keeps the last answer or refusal', () => {
    expect(after({ kind: 'refusal', id: 3, message: 'no' }).reply).toEqual({
      ...{ id: 3, message: 'no', isRefusal: true },
    });
    expect(after({ kind: 'answer', id: 4, message: 'saved' }).reply?.isRefusal).toBe(false);
  });
});
