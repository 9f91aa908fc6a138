/** What a virtual dataset is made of, and where that is. */
import type { Metadata } from '../module.ts';
import type { Axis, Selected } from './hyperslab.ts';

/** `source` of a dataset in another file is at `target` of the virtual one, element by element in C order. */
export interface Mapping {
  readonly file: string;
  readonly dataset: string;
  readonly source: Selected;
  readonly target: readonly Axis[];
}

export interface VirtualDataset {
  /** As far as its sources reach by now, along axes without an end of their own. */
  readonly shape: readonly number[];
  readonly mappings: readonly Mapping[];
}

/** A dataset that a mapping names, where it is there. */
export interface Source {
  /** Its file, absolute: one of many, it is not kept open. */
  readonly file: string;
  readonly path: string;
  readonly metadata: Metadata;
}

/** Why a source cannot be read. `isAbsent`: it may come yet. */
export interface Problem {
  readonly problem: string;
  readonly isAbsent: boolean;
}
