/** `ptyflow doctor`: what this machine has, and what that means. */
import { examine } from '../../run/doctor/doctor.ts';
import type { CommonOptions } from '../options.ts';
import { startSession } from '../session.ts';
import { findingText } from '../terminal/finding-text.ts';

export async function doctor(options: CommonOptions): Promise<void> {
  const session = startSession(options);
  const findings = await examine();
  if (options.json === true)
    for (const finding of findings) session.onEvent({ event: 'finding', ...finding });
  else if (options.quiet !== true) process.stdout.write(`${findings.map(findingText).join('\n')}\n`);
  session.answered();
}
