/** What a scan is given: parameters, the ranks it works on, and who hears of it. */
import { breathe } from '../breathe.ts';
import { ConfigError } from '../errors.ts';
import type { RawMeta } from '../frames/raw.ts';
import { consoleLog, type Log } from '../log.ts';
import { isMaster, type Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import type { Given, ParamGroup, Values } from '../params/declare.ts';
import { SCAN_DATA, withRecipe, type ScanData, type ScanGroup } from '../params/scan-data.ts';
import { check } from '../params/validate.ts';
import { applyRawMeta } from './raw-meta.ts';
import { ownScanName } from './scan-name.ts';
import type { ScanOptions } from './scan-options.ts';
import { stopped } from './stopped.ts';

export abstract class ScanBase<G extends ScanGroup = ScanGroup> {
  /** Declarations of this class's parameters. */
  static readonly parameters: ParamGroup = SCAN_DATA;

  /** Checked parameters; geometry found in the raw data is filled in by `initialize`. */
  readonly info: Values<G> & ScanData;
  /** Names of the parameters that were given rather than defaulted. */
  given: ReadonlySet<string>;
  /** What `loadCommon` returned. */
  rawMeta: RawMeta = {};

  protected readonly communicator: Communicator;
  protected readonly signal: AbortSignal | undefined;
  /** For what a user should know: `this.log.warn('…')`. Every rank has one. */
  protected readonly log: Log;
  protected readonly follow: boolean;
  readonly #label: string | null;

  /** Throws a ConfigError for unknown names and wrong values. */
  constructor(parameters: Given<G>, options: ScanOptions) {
    const group = new.target.parameters;
    const checked = check(group, withRecipe(group, parameters), { at: [] });
    if (checked.issues.length > 0) throw new ConfigError(checked.issues);
    this.info = { ...checked.values } as unknown as Values<G> & ScanData;
    this.given = checked.given;
    this.communicator = options.communicator ?? singleCommunicator();
    this.signal = options.signal;
    this.log = options.log ?? consoleLog;
    this.follow = options.follow === true;
    this.#label = options.label ?? null;
  }

  /** Name of the class in messages. */
  get scanName(): string {
    return ownScanName(this.constructor) ?? this.info.name ?? this.constructor.name;
  }

  /** Rank of this process is the master. */
  protected get isMaster(): boolean {
    return isMaster(this.communicator);
  }

  /** Lets signals and messages in while much is loaded. Throws an AbortedError when the user wants the end. */
  protected async breathe(): Promise<void> {
    await breathe();
    if (this.signal?.aborted === true) throw stopped();
  }

  /** Takes over geometry that turned up after construction, as from `loadCommon`. On every rank alike. */
  protected useRawMeta(rawMeta: RawMeta): void {
    this.rawMeta = rawMeta;
    Object.assign(this.info, applyRawMeta(rawMeta, this.given));
    if (this.info.label === null) Object.assign(this.info, { label: this.#label });
  }
}
