/** Frames that a snapshot is asked for. */
import { ConfigError } from '../../errors.ts';
import type { Model } from '../../model/model.ts';
import { viewFrames, type ViewFrame } from '../../model/view-frames.ts';
import { describeValue } from '../../params/values.ts';
import type { AskedFrames } from './snapshot.ts';

/**
 * On the master, none on other ranks. Throws a `ConfigError` for what is no such choice, and for scan points that no scan has in the
 * model. Collective.
 */
export async function askedFrames(model: Model, asked: AskedFrames): Promise<readonly ViewFrame[]> {
  requireChoice(asked);
  if (asked === 'none') return [];
  if (asked !== 'newest') requirePoints(model, asked);
  const frames: ViewFrame[] = [];
  for (const { label, indices } of model.scans.values()) {
    const points = asked === 'newest' ? indices.slice(-1) : [...new Set(asked)];
    frames.push(...(await viewFrames(model, label, points)));
  }
  return frames;
}

/** Throws a `ConfigError` for what is no choice of frames: whoever asks may be at the other end of a socket. */
export function requireChoice(asked: unknown): void {
  if (asked === 'newest' || asked === 'none') return;
  if (Array.isArray(asked) && asked.every((index) => Number.isInteger(index))) return;
  refuse(`'newest', 'none' or a list of scan points is expected, got ${describeValue(asked)}`);
}

function requirePoints({ scans }: Model, asked: readonly number[]): void {
  const there = new Set([...scans.values()].flatMap(({ indices }) => indices));
  const missing = asked.filter((index) => !there.has(index));
  if (missing.length === 0) return;
  refuse(`no scan has a frame of scan point ${describeValue(missing)} in the model; there are ${there.size}`);
}

function refuse(message: string): never {
  throw new ConfigError([{ path: 'frames', message }]);
}
