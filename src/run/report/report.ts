/** A `.ptyr` as one HTML page that shows itself: `ptyflow report`. */
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { makeFolder } from '../../files/folder.ts';
import { obstacle } from '../../pictures/standing.ts';
import { adviceFor, fileKind } from '../config/file-kind.ts';
import type { EventListener } from '../events.ts';
import { requireFree, usage } from '../results/plot.ts';
import { gather } from './gather.ts';
import { REPORT_START, reportHtml, type PageParts } from './html.ts';

export interface ReportOptions {
  /** Ends in .html; default: the name of the file with .html, in the working folder. */
  readonly output?: string | undefined;
  /** Overwrite what is no report. */
  readonly force?: boolean | undefined;
  readonly onEvent: EventListener;
}

/** The script and the style sheet of the page, as the build leaves them. */
const PAGE = new URL('.', import.meta.url);

/**
 * Writes the page. Throws `ConfigError` for what is no `.ptyr` and for a name that is taken by something else, and `FileError` for a
 * file that cannot be read.
 */
export async function writeReport(
  file: string,
  { output, force = false, onEvent }: ReportOptions,
): Promise<void> {
  const target = output ?? `${basename(file).replace(/\.\w+$/, '')}.html`;
  if (!/\.html?$/i.test(target)) throw usage('--output', `'${target}': expected a name that ends in .html`);
  const kind = await fileKind(file);
  if (kind !== 'ptyr' && kind !== 'missing' && kind !== 'misnamed') {
    throw usage('', `${file} ${adviceFor(file, kind) ?? 'is text'}. Expected a .ptyr, a reconstruction`);
  }
  requireFree(file, target, force, (name) =>
    obstacle(name, Buffer.from(REPORT_START), 'a report of this program'),
  );
  const [found, parts] = await Promise.all([gather(file), pageParts()]);
  const html = reportHtml(found, parts, new Date());
  makeFolder(dirname(target));
  writeFileSync(target, html);
  onEvent({ event: 'saved', what: 'report', file: target });
}

async function pageParts(): Promise<PageParts> {
  const [script, style] = await Promise.all(
    ['page/main.js', 'page/style.css'].map((name) => readFile(new URL(name, PAGE), 'utf8')),
  );
  return { script, style };
}
