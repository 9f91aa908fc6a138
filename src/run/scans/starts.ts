/** From `illumination`, `sample`, `coherence` and `sharing` of a configuration to what the model starts from. */
import { existsSync } from 'node:fs';
import { astype, sliceFirst, type NdArray } from '../../array/ndarray.ts';
import { ConfigError } from '../../errors.ts';
import type { Meta } from '../../frames/chunk.ts';
import type { Pair } from '../../frames/pair.ts';
import { createGeometry, type PropagatorGeometry } from '../../geometry/propagation.ts';
import { arrayPlace, readArrayFile } from '../../hdf5/array-file.ts';
import type { Log } from '../../log.ts';
import type { ScanStart } from '../../model/model.ts';
import type { Illumination, Sample } from '../../params/model.ts';
import { readPtyr } from '../../ptyr/reader.ts';
import { storageId, type StoredField } from '../../ptyr/result.ts';
import { createIllumination } from '../../simulation/aperture.ts';
import type { ScanConfig } from '../config/config-check.ts';
import type { Owners } from './sharing.ts';

/** Seed of what is random in the start: noise that tells modes apart. */
const SEED = 0;

/** A given probe whose power is off by more than this fraction is said to be scaled. */
const NOTABLE = 0.05;

/** `brightest` is the total of the scan's brightest frame; `meta` the geometry of its frames. */
export async function scanStart(
  { label, model }: ScanConfig,
  owners: Owners,
  meta: Meta,
  brightest: number,
  log: Log,
): Promise<ScanStart> {
  const { coherence, resample } = model;
  const { illumination } = owners.probe.model;
  const { sample } = owners.object.model;
  const geometry = createGeometry(meta, resample);
  const at = `scans.${owners.probe.label}.illumination`;
  const probe = await givenProbe(illumination, geometry, brightest, at, log);
  const keep = keepsScale(illumination, probe, at);
  const given = probe !== undefined && isArray(illumination) && !keep ? probe : undefined;
  if (given !== undefined && illumination.photons === null && owners.probe.label === label) {
    const power = powerOf(given, coherence.num_probe_modes);
    if (Math.abs(power / brightest - 1) > NOTABLE) {
      const [was, is] = [power, brightest].map((photons) => photons.toPrecision(3));
      log.warn(
        `${at}: the given probe holds ${was} photons and is scaled to ${is}, those of the brightest frame; photons: as-is keeps it`,
      );
    }
  }
  const object = await givenObject(sample, geometry, `scans.${owners.object.label}.sample`);
  return {
    probe: {
      ...(probe === undefined ? {} : { given: probe }),
      photons: keep ? 'keep' : (photonsOf(illumination) ?? brightest),
      modes: coherence.num_probe_modes,
      diversity: illumination.diversity,
      seed: SEED,
    },
    object: {
      ...(object === undefined ? {} : { given: object.data }),
      ...(object?.originM === undefined ? {} : { givenOriginM: object.originM }),
      stxm: sample.file === null && sample.model === 'stxm',
      fill: sample.fill,
      modes: coherence.num_object_modes,
      diversity: sample.diversity,
      seed: SEED,
    },
    resample,
    probeId: storageId(owners.probe.label),
    objectId: storageId(owners.object.label),
  };
}

/** Σ|P|² of the modes that are taken. */
function powerOf(probe: NdArray, modes: number): number {
  const layers = probe.shape.length === 3 ? sliceFirst(probe, 0, Math.min(modes, probe.shape[0])) : probe;
  return astype(layers, 'complex128').data.reduce((sum, x) => sum + x * x, 0);
}

/** The number of photons asked for. */
function photonsOf({ photons }: Illumination): number | null {
  return photons === 'as-is' ? null : photons;
}

/**
 * Whether the probe keeps its scale: asked to, or because a reconstructed probe belongs to its object and no other power is asked for.
 * Throws a `ConfigError` where there is no probe that could.
 */
function keepsScale(illumination: Illumination, probe: NdArray | undefined, at: string): boolean {
  const { photons, model } = illumination;
  if (photons !== 'as-is') return photons === null && model === 'recon';
  if (probe !== undefined && isArray(illumination)) return true;
  const message = 'as-is is for a probe that is given as an array or a reconstruction';
  throw new ConfigError([{ path: `${at}.photons`, message }]);
}

/** The probe comes from a file, not from an aperture or from the frames. */
function isArray({ file, model }: Illumination): boolean {
  return file !== null || (model !== null && model !== 'stxm');
}

/** Undefined: found from the frames. */
async function givenProbe(
  illumination: Illumination,
  geometry: PropagatorGeometry,
  brightest: number,
  at: string,
  log: Log,
): Promise<NdArray | undefined> {
  const { model, file, key, aperture, propagation, size } = illumination;
  if (file !== null) return readArray(file, key, at);
  if (model === 'recon')
    return layersOf(await reconField(illumination.recon, 'probes', at), illumination.recon.layer, at);
  if (model === 'stxm') return undefined;
  if (model !== null) return readModel(model, key, at);
  const opening = size ?? aperture?.size ?? null;
  const form = aperture === null ? (size === null ? null : 'circ') : aperture.form;
  if (opening === null || form === null) return undefined;
  if (geometry.inPixels === true) {
    const message = 'is in metres, this scan is in pixels: give energy, distance and psize';
    throw new ConfigError([{ path: `${at}.${size === null ? 'aperture.size' : 'size'}`, message }]);
  }
  const photons = photonsOf(illumination) ?? brightest;
  try {
    const lens = propagation ?? {};
    return createIllumination({ ...aperture, form, size: opening }, lens, geometry, photons, { log });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // They begin with `illumination`, as `at` ends.
    const issues = error.issues.map(({ path, ...issue }) => ({
      ...issue,
      path: path.replace('illumination', at),
    }));
    throw new ConfigError(issues, undefined, { cause: error });
  }
}

interface GivenObject {
  readonly data: NdArray;
  readonly originM?: Pair;
}

async function givenObject(
  sample: Sample,
  geometry: PropagatorGeometry,
  at: string,
): Promise<GivenObject | undefined> {
  const { model, file, key } = sample;
  if (file !== null) return { data: await readArray(file, key, at) };
  if (model === null || model === 'stxm') return undefined;
  if (model !== 'recon') return { data: await readModel(model, key, at) };
  const field = await reconField(sample.recon, 'objects', at);
  if (field.inPixels !== geometry.inPixels) {
    const units = field.inPixels === true ? ['pixels', 'metres'] : ['metres', 'pixels'];
    const message = `${sample.recon.rfile ?? ''} is in ${units[0]}, this scan in ${units[1]}: it cannot be placed`;
    throw new ConfigError([{ path: `${at}.recon.rfile`, message }]);
  }
  return { data: layersOf(field, sample.recon.layer, at), originM: field.originM };
}

interface ReconChoice {
  readonly rfile: string | null;
  readonly ID: string | null;
}

async function reconField(choice: ReconChoice, what: 'probes' | 'objects', at: string): Promise<StoredField> {
  if (choice.rfile === null) {
    throw new ConfigError([{ path: `${at}.recon.rfile`, message: 'model: recon needs the .ptyr file here' }]);
  }
  const fields = (await readPtyr(choice.rfile))[what];
  const ids = Object.keys(fields);
  const id = choice.ID ?? ids.at(0);
  if (id === undefined || !Object.hasOwn(fields, id)) {
    throw new ConfigError([
      {
        path: `${at}.recon.ID`,
        message: `${choice.rfile} has no '${id ?? ''}'; it holds ${ids.join(', ') || 'none'}`,
      },
    ]);
  }
  return fields[id];
}

function layersOf(field: StoredField, layer: number | null, at: string): NdArray {
  if (layer === null) return field.data;
  if (layer >= field.data.shape[0]) {
    throw new ConfigError([
      {
        path: `${at}.recon.layer`,
        message: `${layer}: the reconstruction has ${field.data.shape[0]} layers, counted from 0`,
      },
    ]);
  }
  return sliceFirst(field.data, layer, layer + 1);
}

/** The array of a file that stands in place of a model. */
function readModel(name: string, key: string | null, at: string): Promise<NdArray> {
  const { file } = arrayPlace(name);
  if (!existsSync(file)) {
    const message = `${file}: there is no such file; accepted are recon, stxm, or the path of an array`;
    throw new ConfigError([{ path: `${at}.model`, message }]);
  }
  return readArray(name, key, at);
}

/** An array from a `.npy` file, or from an entry of an HDF5 file, which `key` or `FILE:entry` names. */
function readArray(name: string, key: string | null, at: string): Promise<NdArray> {
  const { file, entry } = arrayPlace(name);
  if (key !== null) return readArrayFile(file.endsWith('.npy') ? file : `${file}:${key}`, at);
  if (entry === undefined && !file.endsWith('.npy')) {
    throw new ConfigError([{ path: `${at}.key`, message: `name the entry of ${file}` }]);
  }
  return readArrayFile(name, at);
}
