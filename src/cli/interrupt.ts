/** Ctrl-C and SIGTERM, which batch systems send before they kill. */
import { settleReports } from './terminal/reporter.ts';

/** Calls `stop` at the first; the second ends the process. What takes long runs in other threads, or lets this one go on in between. */
export function onInterrupt(stop: () => void, doing: () => string = () => 'stopping after this step'): void {
  let isStopping = false;
  const hear = (again: string): void => {
    if (isStopping) process.exit(130);
    isStopping = true;
    settleReports();
    process.stderr.write(`\n${doing()}; ${again} to stop at once\n`);
    stop();
  };
  process.on('SIGINT', () => {
    hear('press Ctrl-C again');
  });
  process.on('SIGTERM', () => {
    hear('SIGTERM again');
  });
}
