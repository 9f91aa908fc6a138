/** What the engines' thread and the thread that reads and prepares a scan say to each other. Structured-clonable. */
import type { PlainError } from '../../errors.ts';
import type { DataPackage } from '../../frames/package.ts';
import type { LogLevel } from '../../log.ts';
import type { ScanConfig } from '../config/config-check.ts';
import type { RunEvent } from '../events.ts';
import type { FollowOptions } from '../options.ts';
import type { DataOverrides } from '../options.ts';

export interface FeedTask {
  readonly entry: ScanConfig;
  readonly overrides: DataOverrides;
  readonly framesPerBlock: number;
  readonly follow: FollowOptions;
  readonly resumePreparation: boolean;
  /** Files with scan classes of the user. */
  readonly scanModules: readonly string[];
}

/** A package as it travels: what it lists frame by frame is made again. */
export type PlainPackage = Omit<DataPackage, 'iterable'>;

export type FromFeed =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly text: string;
      readonly topic?: string | undefined;
    }
  | { readonly kind: 'package'; readonly package: PlainPackage }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly error: PlainError };

/** `taken`: so many packages went into the model. `others`: another scan goes on, so that this one may still come. `wanted`: the next ones are waited for. */
export type ToFeed =
  | { readonly kind: 'taken'; readonly packages: number }
  | { readonly kind: 'others' }
  | { readonly kind: 'wanted' }
  | { readonly kind: 'stop' };
