/** The last lines of a test run: what did not run for want of which peers, and how many tests passed, failed and were skipped. */
import type { Reporter, TestModule } from 'vitest/node';
import { missingText } from './peers.ts';

export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const notes: (string | undefined)[] = [];
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const result = test.result();
        if (result.state === 'pending') counts.skipped++;
        else counts[result.state]++;
        if (result.state === 'skipped') notes.push(result.note);
      }
      // A file that could not even be collected is a failure of its own.
      if (tests.length === 0 || module.errors().length > 0) counts.failed++;
    }
    if (counts.skipped > 0 && process.env.CI === 'true') {
      console.error('skipped tests are failures in CI');
      process.exitCode = 1;
    }
    const missing = missingText(notes);
    const line = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    // After everything the default reporter still has to say.
    process.once('exit', () => {
      if (missing !== undefined) process.stdout.write(`${missing}\n`);
      process.stdout.write(`${line}\n`);
    });
  }
}
