/** Peers (`peers.ts`) for tests. */
import { inject, TestRunner } from 'vitest';
import { noteOf, type Peer } from './peers.ts';

/** Whether tests can run against it. */
export function has(name: Peer): boolean {
  return inject('peers')[name] !== undefined;
}

/** The program of a peer. Where it is missing the test that asks is skipped. */
export function peer(name: Peer): string {
  const program = inject('peers')[name];
  if (program !== undefined) return program;
  TestRunner.getCurrentTest()?.context.skip(noteOf(name));
  throw new Error(`${name} is not installed: what is no test asks \`has\` first`);
}
