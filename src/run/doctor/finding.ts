/** What the doctor finds on a machine. */

export const TOPICS = [
  'ptyflow',
  'node',
  'backend',
  'simd',
  'relaxed simd',
  'threads',
  'memory',
  'mpi',
  'gpu',
  'hdf5 filters',
  'package',
] as const;

export interface Finding {
  /** What was looked for. */
  readonly topic: (typeof TOPICS)[number];
  /** Which of these, as people call it. */
  readonly name: string;
  /** Whether it can be used. */
  readonly isThere: boolean;
  /** What was found, in words: a version, a number, what is missing. */
  readonly found: string;
  /** What that means for whoever uses ptyflow. */
  readonly means: string;
  /** What brings what is missing; null where nothing is, or nothing does. */
  readonly install: string | null;
  /** The same for programs. Sizes in bytes. */
  readonly details: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}
