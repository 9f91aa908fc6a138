/** Why the page is not connected, and what to do. */
import type { PageState } from '../connection/state.ts';

const HOW: Readonly<Partial<Record<string, string>>> = {
  ended: 'The run has ended, and its page has closed',
  stopped: 'The run was stopped, and its page has closed',
  failed: 'The run has failed, and its page has closed',
};

export function lossText({ isClosed, chosen, runs, logs }: PageState): string {
  if (!isClosed) {
    return 'The connection to the server is lost. What is shown is old. The page tries to connect again.';
  }
  const run = chosen === null ? undefined : runs[chosen];
  const how = HOW[run?.status ?? ''];
  if (chosen === null || how === undefined) {
    return 'The program that served this page has ended. What is shown is old. Start it again to go on.';
  }
  const file = savedIn((logs[chosen] ?? []).map(({ text }) => text));
  const next = file === undefined ? '' : `; open the results with: ptyflow view ${quoted(file)}`;
  return `${how}${next}`;
}

/** The last result that a log names, else the last prepared file. */
function savedIn(lines: readonly string[]): string | undefined {
  const files = lines.flatMap((line) => /^saved (.*)$/.exec(line)?.[1] ?? []);
  return files.findLast((file) => file.endsWith('.ptyr')) ?? files.findLast((file) => file.endsWith('.ptyd'));
}

/** As a shell takes it. */
function quoted(name: string): string {
  return /^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
