/**
 * Names of ptypy's engines, models and scan classes as its scripts write them: those that mean something of the same kind here, and
 * those that are not here, each with one message that says so.
 */

/** Engines as their papers write them. */
const WRITTEN: ReadonlyMap<string, string> = new Map([
  ['ePIE', 'EPIE'],
  ['rPIE', 'RPIE'],
  ['LSQ-ML', 'LSQML'],
]);

/** Where an engine of ptypy computes, and how it moves data there. */
const DEVICE = /(?:_(?:pycuda|cupy|serial|ocl|npy|nostream|streams?))+(?=_object_regul$|$)/;

/**
 * ptypy's accelerated variants of an engine are the engine: `DM_pycuda_stream` is `DM`, and so is `DM_object_regul`, whose
 * parameters `DM` has. `ePIE` is `EPIE`.
 */
export function plainEngineName(name: string): string {
  const plain = name.replace(DEVICE, '').replace(/^DM_object_regul$/, 'DM');
  return WRITTEN.get(plain) ?? plain;
}

/** Scan classes that differ in ptypy by their speed only. */
const SCAN_CLASSES: ReadonlyMap<string, string> = new Map([['Hdf5LoaderFast', 'Hdf5Loader']]);

export function plainScanClass(name: string): string {
  return SCAN_CLASSES.get(name) ?? name;
}

/** A name of ptypy's that is not here. */
export interface NotHere {
  /** What belongs together: one message is enough for all of it. */
  readonly family: string;
  readonly message: string;
}

/** Engines by the beginning of their name, without the device. */
const ENGINES: readonly (readonly [pattern: RegExp, family: string, instead: string])[] = [
  [/^SDR$/, 'SDR', 'DM or RAAR is the nearest'],
  [/^WASP$/, 'WASP', 'LSQML or EPIE is the nearest'],
  [/^ThreePIE$/, 'ThreePIE', 'objects have one slice'],
  [/OPR$/, 'OPR', 'probes are the same in all views of a scan'],
  [/Bragg$/, 'Bragg', 'objects are two-dimensional'],
];

/** An engine of ptypy's that is not here; undefined for any other name. */
export function engineNotHere(name: string): NotHere | undefined {
  const plain = plainEngineName(name);
  const found = ENGINES.find(([pattern]) => pattern.test(plain));
  if (found === undefined) return undefined;
  return { family: found[1], message: `engine ${plain} is not here yet: ${found[2]}` };
}

/** A model of ptypy's that is not here; undefined for any other name. */
export function modelNotHere(name: string): NotHere | undefined {
  if (name.includes('OPR')) {
    return {
      family: 'OPR',
      message: `model ${name} is not here yet, nor are its engines: probes are the same in all views of a scan`,
    };
  }
  if (name.startsWith('Bragg')) {
    return {
      family: 'Bragg',
      message: `model ${name} is not here yet, nor are its scans and engines: objects are two-dimensional`,
    };
  }
  return undefined;
}

/** Scan classes that one beamline keeps in ptypy: they read its own files and streams. */
const BEAMLINE =
  /^(?:Nanomax|Cosaxs|Softimax|I08|I13|I14|ID16|ID22|AMO|DiProI|Fermi|Savu|Spec|UCL|P06|XMCD|ALS)/i;

/** A scan class of ptypy's that is not here; undefined for any other name. */
export function scanClassNotHere(name: string): NotHere | undefined {
  if (name.startsWith('Bragg')) {
    return { family: 'Bragg', message: `scan class ${name} is not here yet: objects are two-dimensional` };
  }
  if (!BEAMLINE.test(name)) return undefined;
  return {
    family: name,
    message:
      `scan class ${name} is a beamline's own and is not here: Hdf5Loader, SwmrLoader and WatchLoader read most files, ` +
      'a class of your own comes with --scan-module FILE',
  };
}
