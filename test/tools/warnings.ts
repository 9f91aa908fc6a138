/** What the library's logger says while something runs. */
import { log } from '../../src/log.ts';

/** Runs `work` and returns the warnings it gave, one text each, instead of showing them. */
export async function warningsOf(work: () => unknown): Promise<string[]> {
  const { reporters, throttle, throttleMin } = log.options;
  const warnings: string[] = [];
  log.options.throttle = 0;
  log.options.throttleMin = Infinity;
  log.setReporters([
    {
      log: ({ type, args }) => {
        if (type === 'warn') warnings.push(args.join(' '));
      },
    },
  ]);
  try {
    await work();
  } finally {
    log.setReporters(reporters);
    log.options.throttle = throttle;
    log.options.throttleMin = throttleMin;
  }
  return warnings;
}
