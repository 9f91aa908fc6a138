/** The last line of a test run: how many tests passed, failed and were skipped. A skipped test fails the run in CI. */
import type { Reporter, TestModule } from 'vitest/node';

export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const { state } = test.result();
        if (state === 'pending') counts.skipped++;
        else counts[state]++;
      }
      // A file that could not even be collected is a failure of its own.
      if (tests.length === 0 || module.errors().length > 0) counts.failed++;
    }
    if (counts.skipped > 0 && process.env.CI === 'true') {
      console.error('skipped tests are failures in CI');
      process.exitCode = 1;
    }
    const line = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    // After everything the default reporter still has to say.
    process.once('exit', () => {
      process.stdout.write(`${line}\n`);
    });
  }
}
