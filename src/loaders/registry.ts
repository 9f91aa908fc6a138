/** Scan classes by name. A run owns its registry; modules of users add theirs. */
import { ConfigError } from '../errors.ts';
import type { ParamGroup } from '../params/declare.ts';
import { unknownName } from '../params/validate.ts';
import { PtyScan, type ScanOptions } from '../scan/pty-scan.ts';
import { ownScanName } from '../scan/scan-name.ts';
import { Hdf5Loader } from './hdf5/loader.ts';
import { SWMR_LOADER } from './hdf5/sources.ts';
import { MoonFlowerScan } from './moonflower/loader.ts';
import { PtydScan } from './ptyd/loader.ts';
import { QuickScan } from './quick/loader.ts';
import { SimScan } from './simscan/loader.ts';
import { WatchLoader } from './watch/loader.ts';

export interface ScanClass {
  readonly name: string;
  readonly scanName: string;
  readonly parameters: ParamGroup;
  new (parameters: Readonly<Record<string, unknown>>, options?: ScanOptions): PtyScan;
}

export class ScanRegistry {
  readonly #classes = new Map<string, ScanClass>();
  readonly #modules = new Map<string, string>();

  constructor(
    classes: readonly ScanClass[] = [Hdf5Loader, MoonFlowerScan, PtydScan, QuickScan, SimScan, WatchLoader],
  ) {
    for (const scanClass of classes) this.register(scanClass);
    if (classes.includes(Hdf5Loader)) this.register(Hdf5Loader, SWMR_LOADER);
    if (classes.includes(WatchLoader)) this.register(WatchLoader, 'FilesLoader');
  }

  keys(): Iterable<string> {
    return this.#classes.keys();
  }

  /** Adds a class under its own name, or another; a later one of the same name replaces it. */
  register(scanClass: ScanClass, name = ownScanName(scanClass) ?? scanClass.name): void {
    this.#classes.set(name, scanClass);
  }

  /** Registers every scan class that a module exports, under its own name or that of the export, and returns the names. */
  registerModule(module: Readonly<Record<string, unknown>>, source: string): string[] {
    const found = Object.entries(module).flatMap(([exported, value]) => {
      if (!isScanClass(value)) return [];
      const name = ownScanName(value) ?? (exported === 'default' ? value.name : exported);
      return [{ name, scanClass: value }];
    });
    if (found.length === 0) {
      throw new ConfigError([
        { path: '--scan-module', message: `${source} exports no class that extends PtyScan` },
      ]);
    }
    for (const { name, scanClass } of found) {
      this.register(scanClass, name);
      this.#modules.set(name, source);
    }
    return found.map(({ name }) => name);
  }

  /** The file of a class that came from a module. */
  moduleOf(name: string): string | undefined {
    return this.#modules.get(name);
  }

  /** Parameter declarations of a class. */
  get(name: string): ParamGroup | undefined {
    return this.#classes.get(name)?.parameters;
  }

  create(name: string, parameters: Readonly<Record<string, unknown>>, options?: ScanOptions): PtyScan {
    const scanClass = this.#classes.get(name);
    if (scanClass === undefined) {
      throw new ConfigError([{ path: 'name', message: unknownName('scan class', name, [...this.keys()]) }]);
    }
    return new scanClass({ name, ...parameters }, options);
  }
}

function isScanClass(value: unknown): value is ScanClass {
  return typeof value === 'function' && value.prototype instanceof PtyScan;
}
