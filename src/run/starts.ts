/** From `illumination`, `sample`, `coherence` and `sharing` of a configuration to what the model starts from. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { sliceFirst, type NdArray } from '../array/ndarray.ts';
import { parseNpy } from '../array/npy.ts';
import { ConfigError, FileError, messageOf } from '../errors.ts';
import { createGeometry, type PropagatorGeometry } from '../geometry/propagation.ts';
import { openFile } from '../hdf5/file.ts';
import type { ScanStart } from '../model/model.ts';
import type { Illumination, Sample } from '../params/model.ts';
import { readPtyr } from '../ptyr/reader.ts';
import { storageId, type StoredField } from '../ptyr/result.ts';
import type { Meta } from '../scan/package.ts';
import { createIllumination } from '../simulation/aperture.ts';
import type { ScanConfig } from './config-check.ts';
import type { Owners } from './sharing.ts';

/** Seed of what is random in the start: noise that tells modes apart. */
const SEED = 0;

/** `brightest` is the total of the scan's brightest frame; `meta` the geometry of its frames. */
export async function scanStart(
  { model }: ScanConfig,
  owners: Owners,
  meta: Meta,
  brightest: number,
): Promise<ScanStart> {
  const { coherence, resample } = model;
  const { illumination } = owners.probe.model;
  const { sample } = owners.object.model;
  const geometry = createGeometry(meta, resample);
  const at = `scans.${owners.probe.label}.illumination`;
  const probe = await givenProbe(illumination, geometry, brightest, at);
  const object = await givenObject(sample, `scans.${owners.object.label}.sample`);
  return {
    probe: {
      ...(probe === undefined ? {} : { given: probe }),
      // A reconstructed probe belongs to its object: its power stays, unless another is asked for.
      photons: illumination.photons ?? (illumination.model === 'recon' ? 'keep' : brightest),
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

/** Undefined: found from the frames. */
async function givenProbe(
  illumination: Illumination,
  geometry: PropagatorGeometry,
  brightest: number,
  at: string,
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
  const photons = illumination.photons ?? brightest;
  try {
    return createIllumination({ ...aperture, form, size: opening }, propagation ?? {}, geometry, photons);
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
  readonly originM?: readonly [number, number];
}

async function givenObject(sample: Sample, at: string): Promise<GivenObject | undefined> {
  const { model, file, key } = sample;
  if (file !== null) return { data: await readArray(file, key, at) };
  if (model === null || model === 'stxm') return undefined;
  if (model !== 'recon') return { data: await readModel(model, key, at) };
  const field = await reconField(sample.recon, 'objects', at);
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
async function readModel(file: string, key: string | null, at: string): Promise<NdArray> {
  if (!existsSync(file)) {
    const message = `${file}: there is no such file; accepted are recon, stxm, or the path of an array`;
    throw new ConfigError([{ path: `${at}.model`, message }]);
  }
  return readArray(file, key, at);
}

/** An array from a `.npy` file, or from an entry of an HDF5 file. */
async function readArray(file: string, key: string | null, at: string): Promise<NdArray> {
  if (file.endsWith('.npy')) {
    try {
      return parseNpy(await readFile(file), file);
    } catch (cause) {
      throw new FileError(`${at}: ${file} cannot be read: ${messageOf(cause)}`, { file }, { cause });
    }
  }
  if (key === null) {
    throw new ConfigError([{ path: `${at}.key`, message: `say which entry of ${file} is meant` }]);
  }
  const h5 = await openFile(file, 'r');
  try {
    return h5.read(key);
  } finally {
    h5.close();
  }
}
