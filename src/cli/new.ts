/** `ptyflow new`: a commented starting point that runs as it is. */
import { lstatSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ConfigError } from '../errors.ts';
import { makeFolder } from '../hdf5/folder.ts';

export async function create(what: string, file: string): Promise<void> {
  if (what !== 'scan' && what !== 'config') {
    throw new ConfigError([{ path: '<what>', message: `expected scan or config, got "${what}"` }]);
  }
  if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
    throw new ConfigError([{ path: '<file>', message: `${file} exists already` }]);
  }
  makeFolder(dirname(file));
  writeFileSync(file, what === 'scan' ? scanTemplate(className(file)) : CONFIG_TEMPLATE, { flag: 'wx' });
  const next =
    what === 'scan'
      ? `use it with --scan-module ${file} and name: ${className(file)}`
      : `run it with: ptyflow run ${file}`;
  process.stdout.write(`wrote ${file}; ${next}\n`);
  return Promise.resolve();
}

/** `my-scan.ts` → `MyScan` */
function className(file: string): string {
  const words = basename(file)
    .replace(/\.[^.]*$/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const name = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(name) ? name : `Scan${name}`;
}

function scanTemplate(name: string): string {
  return `/** Frames of your experiment: change the three methods to read your files. */
import { extend, float, int, param, PtyScan, SCAN_DATA } from 'ptyflow';
import type { Common, LoadedFrames, Values } from 'ptyflow';

// Parameters of this class, on top of those every scan has. In YAML: scans.<label>.data.step
const PARAMETERS = extend(SCAN_DATA, {
  step: param(float({ above: 0 }), { default: 1e-6, unit: 'm', help: 'Distance between positions.' }),
  points: param(int({ min: 1 }), { default: 5, help: 'Positions along a side of the scan.' }),
});

export class ${name} extends PtyScan<Values<typeof PARAMETERS>> {
  static override readonly parameters = PARAMETERS;

  /** What the whole scan shares. Geometry found here is used where the configuration gives none. */
  protected override loadCommon(): Common {
    return { energy: 7.2, distance: 5, psize: 75e-6, shape: 64 };
  }

  /** One (y, x) in metres for each frame. */
  protected override loadPositions(): number[][] {
    const { step, points } = this.info;
    return Array.from({ length: points * points }, (_, i) => [Math.floor(i / points) * step, (i % points) * step]);
  }

  /** Raw frames of these scan points, one (rows, cols) array each. */
  protected override load(indices: readonly number[]): LoadedFrames {
    return {
      frames: indices.map((index) => ({
        dtype: 'uint16',
        shape: [64, 64],
        data: new Uint16Array(64 * 64).fill(index + 1),
      })),
    };
  }
}
`;
}

const CONFIG_TEMPLATE = `# A run: frames of a simulated scan, two engines. Explain any name with: ptyflow schema scans.<label>.data
scans:
  S:
    name: BlockFull
    data:
      name: MoonFlowerScan # or Hdf5Loader, PtydScan, or a class of your own with --scan-module
      shape: 128 # pixels of the region of interest
      num_frames: 100
      save: append # keep the prepared frames,
      dfile: S.ptyd # here
    illumination:
      aperture: # where the probe starts from; without a size it is estimated from the frames
        form: circ
        size: 4e-6 # m
engines:
  first:
    name: DM
    numiter: 40
  second:
    name: ML
    numiter: 20
`;
