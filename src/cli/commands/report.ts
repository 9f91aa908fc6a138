/** `ptyflow report`: a reconstruction as a page that anybody can open. */
import { writeReport } from '../../run/report/report.ts';
import type { CommonOptions } from '../options.ts';
import { startSession } from '../session.ts';

export interface ReportOptions extends CommonOptions {
  readonly output?: string;
  readonly force?: boolean;
}

export async function report(file: string, options: ReportOptions): Promise<void> {
  const session = startSession(options);
  const { output, force } = options;
  await writeReport(file, { output, force, onEvent: session.onEvent });
  session.answered();
}
