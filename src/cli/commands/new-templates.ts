/** What `ptyflow new` writes. */
import { PREPARED_ENGINES } from '../../run/config/prepared-engines.ts';

/** A scan class whose frames are made up. */
export function scanSource(name: string, language: 'TypeScript' | 'JavaScript'): string {
  /** What only one language has. */
  const ts = (code: string): string => (language === 'TypeScript' ? code : '');
  return `/** Frames of your experiment: change the three methods to read your files. */
import { parameters as p, PtyScan } from 'ptyflow';
${ts("import type { LoadedFrames, RawMeta } from 'ptyflow';\n")}
// Parameters of this class, on top of those every scan has. In YAML: scans.<label>.data.step
const PARAMETERS = p.extend(p.SCAN_DATA, {
  step: p.param(p.float({ above: 0 }), { default: 1e-6, unit: 'm', help: 'Distance between positions.' }),
  points: p.param(p.int({ min: 1 }), { default: 5, help: 'Positions along a side of the scan.' }),
});

export class ${name} extends PtyScan${ts('<typeof PARAMETERS>')} {
  static ${ts('override readonly ')}parameters = PARAMETERS;

  /** What the whole scan shares. Geometry found here is used where the configuration gives none. */
  ${ts('protected override ')}loadCommon()${ts(': RawMeta')} {
    return { energy: 7.2, distance: 5, psize: 75e-6, shape: 64 };
  }

  /** One (y, x) in metres for each frame. */
  ${ts('protected override ')}loadPositions()${ts(': number[][]')} {
    const { step, points } = this.info;
    return Array.from({ length: points * points }, (_, i) => [Math.floor(i / points) * step, (i % points) * step]);
  }

  /** Raw frames of these scan points, one (rows, cols) array each. */
  ${ts('protected override ')}load(indices${ts(': readonly number[]')})${ts(': LoadedFrames')} {
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

/** A configuration with a remark on what is not plain. */
export function configYaml(): string {
  const engines = Object.entries(PREPARED_ENGINES).map(
    ([key, { name, numiter }]) => `  ${key}:\n    name: ${name}\n    numiter: ${numiter}\n`,
  );
  return `# A run: frames of a simulated scan, two engines. Explain any name with: ptyflow schema scans.<label>.data
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
      aperture: null # the probe is found from the frames; or where it starts from: { form: circ, size: 4e-6 }, m
engines:
${engines.join('')}`;
}

/** The same for a language without remarks. */
export function configJson(): string {
  const tree = {
    scans: {
      S: {
        name: 'BlockFull',
        data: { name: 'MoonFlowerScan', shape: 128, num_frames: 100, save: 'append', dfile: 'S.ptyd' },
        illumination: { aperture: null },
      },
    },
    engines: PREPARED_ENGINES,
  };
  return `${JSON.stringify(tree, null, 2)}\n`;
}
