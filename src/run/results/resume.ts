/** Going on with an earlier run from its `.ptyr`: what it holds is checked against the configuration, then put in its place. */
import { resolve } from 'node:path';
import { withPhase } from '../../compute/shared/exit-phase.ts';
import type { Engine } from '../../engines/engine.ts';
import { ConfigError, DataError } from '../../errors.ts';
import type { Model } from '../../model/model.ts';
import { restoreObject, restorePositions, restoreProbe } from '../../model/restore.ts';
import type { RunPoint } from '../../ptyr/progress.ts';
import type { Reached } from '../../ptyr/reached.ts';
import { storageId, storageOf, type IterationRecord, type Remark } from '../../ptyr/result.ts';
import {
  ExitReader,
  readExactFields,
  readResumeHead,
  readStoredState,
  type ResumeHead,
} from '../../ptyr/resume.ts';
import { plainEngineName } from '../../params/ptypy-names.ts';
import type { EngineConfig, RunConfig } from '../config/config-check.ts';
import type { EventListener } from '../events.ts';
import { ownerOf, type Share } from '../scans/sharing.ts';

/** A run to resume. All ranks read the file. */
export class Resume {
  readonly file: string;
  /** Iterations done before. */
  readonly history: readonly IterationRecord[];
  readonly remarks: readonly Remark[];
  /** The engine that the file is of, and its iterations, if there is nothing left for it to do. */
  readonly finished: { readonly entry: EngineConfig; readonly iteration: number } | undefined;
  /** Engines with something to do. */
  readonly left: readonly EngineConfig[];
  /** Iterations that the first of them has done. */
  readonly iteration: number;
  readonly #head: ResumeHead;
  /** Where it goes on; undefined: all engines from their start. */
  readonly #point: Reached | undefined;
  readonly #onEvent: EventListener;
  /** Whether the object grids are those of the file, so that an engine's arrays fit. */
  #sameGrids = true;

  /**
   * Throws a `FileError` for a file that cannot be read, and a `ConfigError` where scans or engines are not those of the
   * configuration.
   */
  static async open(file: string, config: RunConfig, onEvent: EventListener): Promise<Resume> {
    const head = await readResumeHead(file);
    requireSameScans(file, head, config);
    if (head.point !== undefined) requireSameEngines(file, head.point, config);
    return new Resume(file, head, config.engines, onEvent);
  }

  private constructor(
    file: string,
    head: ResumeHead,
    engines: readonly EngineConfig[],
    onEvent: EventListener,
  ) {
    this.file = file;
    this.#head = head;
    this.#onEvent = onEvent;
    const point = head.point ?? reachedWith(head, engines);
    this.#point = point;
    this.history = point === undefined ? [] : head.history;
    this.remarks = point === undefined ? [] : head.remarks;
    const current = engines.findIndex(({ key }) => key === point?.engine);
    const iteration = point?.iteration ?? 0;
    const finished = current >= 0 && iteration >= iterationsOf(engines[current]);
    this.finished = finished ? { entry: engines[current], iteration } : undefined;
    this.left = engines.slice(finished ? current + 1 : Math.max(0, current));
    this.iteration = finished ? 0 : iteration;
    this.#say(engines);
  }

  /** Throws a `ConfigError` where one of `files`, which are to be written, is that of another program. */
  requireKept(files: readonly string[]): void {
    if (this.#head.point !== undefined || !files.includes(resolve(this.file))) return;
    const message = `results would replace ${this.file}: choose another place with -o or io.rfile`;
    throw new ConfigError([{ path: '--resume', message }]);
  }

  /** Positions, probes and objects, once the model holds the frames. Throws `DataError` for other frames than those of the file. */
  async restoreModel(model: Model): Promise<void> {
    const { probes, objects } = await readExactFields(this.file);
    try {
      for (const [label, earlier] of this.#head.positions) await restorePositions(model, label, earlier);
      for (const [id, field] of Object.entries(probes)) {
        restoreProbe(model, storageOf(id, model.probes.keys()), field);
      }
      for (const [id, field] of Object.entries(objects)) {
        const own = storageOf(id, model.objects.keys());
        if (!(await restoreObject(model, own, field))) this.#sameGrids = false;
      }
    } catch (cause) {
      if (!(cause instanceof DataError)) throw cause;
      throw new DataError(`${this.file}: ${cause.message}`, { cause });
    }
    for (const { label, indices } of model.scans.values()) this.#compareFrames(label, indices);
  }

  /** What the first of `left` had kept. It is initialized. */
  async restoreEngine(engine: Engine, model: Model): Promise<void> {
    const { file, iteration } = this;
    // An engine that has not begun starts like any other.
    if (iteration === 0) return;
    if (!this.#head.hasState) {
      this.#warn(`holds no engine state: ${engine.name} resumes from its probe and object alone`);
      await engine.restoreState(iteration);
      return;
    }
    const { numbers, arrays, hasExit } = await readStoredState(file);
    const state = { numbers, arrays, exitWaves: hasExit };
    if (!this.#sameGrids) {
      this.#warn(
        `its object grew, because positions lie outside of it: what ${engine.name} kept of it is left out`,
      );
    }
    await engine.restoreState(iteration, this.#sameGrids ? state : undefined);
    if (hasExit) await this.#restoreExit(model);
  }

  /** Each rank takes those of its own scan points. */
  async #restoreExit({ backend, blocks }: Model): Promise<void> {
    const reader = await ExitReader.open(this.file);
    try {
      for (const { scan, indices, block } of blocks) {
        const { exitPhase } = block;
        reader.read(scan, indices, (first, waves, phase) => {
          backend.writeExit(block, first, withPhase(waves, phase, exitPhase));
        });
      }
    } finally {
      reader.close();
    }
  }

  #compareFrames(label: string, indices: readonly number[]): void {
    const before = this.#head.positions.get(label)?.indices;
    if (before === undefined) return;
    const added = countMissing(indices, before);
    const gone = countMissing(before, indices);
    if (added > 0)
      this.#warn(
        `scan ${label} has ${added} more frames than the saved run; they start from probe and object`,
      );
    if (gone > 0) this.#warn(`scan ${label} lacks ${gone} frames of the saved run`);
  }

  #say(engines: readonly EngineConfig[]): void {
    if (this.#point === undefined) {
      this.#warn(
        'its run used other engines, or does not list them: only probe and object are taken, and all engines run',
      );
      return;
    }
    const next = this.left.at(0);
    if (next === undefined) {
      const last = engines[engines.length - 1];
      this.#warn(
        `all ${iterationsOf(last)} iterations are done; for more: --set engines.${last.key}.numiter=NUMBER`,
      );
      return;
    }
    this.#onEvent({
      event: 'resume',
      file: this.file,
      engine: next.name,
      iteration: this.iteration,
      iterations: iterationsOf(next),
    });
  }

  #warn(message: string): void {
    this.#onEvent({ event: 'warning', message: `${this.file}: ${message}` });
  }
}

function iterationsOf({ values }: EngineConfig): number {
  return Number(values.numiter);
}

/** How many of `some` are not among `others`. */
function countMissing(some: readonly number[], others: readonly number[]): number {
  const known = new Set(others);
  return some.reduce((count, index) => count + (known.has(index) ? 0 : 1), 0);
}

function requireSameScans(file: string, head: ResumeHead, { scans }: RunConfig): void {
  const labels = scans.map(({ label }) => label);
  if (head.point !== undefined) requireEqual(file, 'scans', head.point.scans, labels);
  const ids = (share: Share): string[] => [
    ...new Set(scans.map((scan) => storageId(ownerOf(scan, scans, share).label))),
  ];
  for (const [what, share] of [
    ['probes', 'probe_share_with'],
    ['objects', 'object_share_with'],
  ] as const) {
    const now = ids(share);
    const then = head[what].map((id) => storageOf(id, now));
    requireEqual(file, what, then, now);
  }
}

/** Of a file of another program, where its run stands, if it is one of these engines. */
function reachedWith({ reached }: ResumeHead, engines: readonly EngineConfig[]): Reached | undefined {
  if (reached === undefined) return undefined;
  const count = reached.engines.findIndex(({ key }) => key === reached.engine) + 1;
  const isSame = reached.engines
    .slice(0, count)
    .every(({ key, name }, i) => engines.at(i)?.key === key && engines[i].name === plainEngineName(name));
  return isSame ? reached : undefined;
}

/** Engines up to the one that the file is in; what comes after may change. */
function requireSameEngines(file: string, point: RunPoint, { engines }: RunConfig): void {
  const count = point.engines.findIndex(({ key }) => key === point.engine) + 1;
  const named = (all: RunPoint['engines']): string[] => all.map(({ key, name }) => `${key} (${name})`);
  const then = named(point.engines.slice(0, count));
  const now = named(engines);
  if (then.every((engine, i) => engine === now[i])) return;
  throw disagreement(file, 'engines', `it went through ${then.join(', ')}`, now);
}

function requireEqual(file: string, what: string, then: readonly string[], now: readonly string[]): void {
  if ([...then].sort().join('\n') === [...now].sort().join('\n')) return;
  throw disagreement(file, what, `it holds ${then.join(', ') || 'none'}`, now);
}

function disagreement(file: string, what: string, then: string, now: readonly string[]): ConfigError {
  const message = `${file} is of other ${what}: ${then}; the configuration has ${now.join(', ') || 'none'}`;
  return new ConfigError([{ path: '--resume', message }]);
}
