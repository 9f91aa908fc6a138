/** Writing a `.ptyr` that ptypy's tools, H5Web and this library open. */
import { allocate, astype, fromNumbers, type NdArray } from '../array/ndarray.ts';
import { asctime, float, int, stampFile, writeTree } from '../hdf5/encoding.ts';
import type { H5File } from '../hdf5/file.ts';
import { replaceFile } from '../hdf5/replace.ts';
import { PROGRESS, UNITS, writeProgress, type Progress } from './progress.ts';
import type { IterationRecord, Result, StoredField } from './result.ts';

/** Errors in the order of ptypy's `error` triple. */
const ERROR_ORDER = ['magnitude', 'photon', 'exit'] as const;

/** Writes beside, syncs and renames: `file` is complete or as it was. */
export async function writePtyr(file: string, result: Result, progress?: Progress): Promise<void> {
  await replaceFile(file, async (h5) => {
    stampFile(h5);
    writeTree(h5, 'header', { kind: 'minimal', description: 'Ptypy .h5 compatible storage format' });
    writeTree(h5, 'content', {
      probe: mapValues(result.probes, encodeField),
      obj: mapValues(result.objects, encodeField),
      pars: result.config,
      positions: mapValues(result.positions, ({ indices, positions, measured, probeId, objectId }) => ({
        indices: astype(fromNumbers('float64', indices), 'int64'),
        positions,
        measured,
        probe: probeId,
        obj: objectId,
      })),
      ...(result.statistics === undefined
        ? {}
        : { statistics: mapValues(result.statistics, (scan) => mapValues(scan, encodeStatistic)) }),
      runtime: {
        start: asctime(result.started),
        stop: asctime(new Date()),
        software: result.software,
        iter_info: result.history.map(encodeIteration),
      },
    });
    writeUnits(h5, result);
    if (progress !== undefined) await writeProgress(h5, progress);
  });
}

/** Storages whose `_psize` is 1 because metres are not known: nothing in `content/` says so to other programs. */
function writeUnits(h5: H5File, { probes, objects }: Result): void {
  const inPixels = (fields: Result['probes']): Record<string, string> =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([id, field]) => (field.inPixels ? [[id, 'pixel']] : [])),
    );
  const units = { probe: inPixels(probes), obj: inPixels(objects) };
  if (Object.keys({ ...units.probe, ...units.obj }).length === 0) return;
  writeTree(h5, UNITS, units);
  h5.setAttribute(PROGRESS, 'type', 'dict');
}

/** Numbers of frames are whole, all others measured. */
function encodeStatistic(value: number | readonly number[], name: string): unknown {
  if (typeof value !== 'number') return fromNumbers('float64', value);
  return name === 'frames' ? int(value) : float(value);
}

function mapValues<A, B>(
  tree: Readonly<Record<string, A>>,
  map: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, map(value, key)]));
}

function encodeField(field: StoredField, id: string): Record<string, unknown> {
  const { data, psizeM, originM, energyKeV } = field;
  const layermap = astype(
    fromNumbers('float64', data.shape.length === 3 ? range(data.shape[0]) : [0]),
    'int64',
  );
  return {
    ID: id,
    data,
    shape: astype(fromNumbers('float64', data.shape), 'int64'),
    _psize: fromNumbers('float64', psizeM),
    _origin: fromNumbers('float64', originM),
    _center: fromNumbers('float64', [-originM[0] / psizeM[0], -originM[1] / psizeM[1]]),
    _energy: float(energyKeV),
    layermap,
    _layermap: layermap,
    nlayers: int(data.shape[0]),
    grids: [0, 1].map((axis) => grid(field, axis)),
  };
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** Coordinates along one axis (0 rows, 1 columns) of every pixel, (layers, rows, cols), m. */
function grid({ data, psizeM, originM }: StoredField, axis: number): NdArray<'float64'> {
  const [layers, rows, cols] = data.shape;
  const out = allocate('float64', layers * rows * cols);
  for (let i = 0; i < out.length; i++) {
    const index = axis === 0 ? Math.floor(i / cols) % rows : i % cols;
    out[i] = originM[axis] + index * psizeM[axis];
  }
  return { dtype: 'float64', shape: data.shape, data: out };
}

function encodeIteration(record: IterationRecord): Record<string, unknown> {
  return {
    engine: record.engine,
    iteration: int(record.iteration),
    iterations: int(record.iterations),
    numiter: int(record.numiter),
    duration: float(record.seconds),
    error: fromNumbers(
      'float64',
      ERROR_ORDER.map((name) => record.errors[name] ?? NaN),
    ),
    errors: mapValues({ ...record.errors }, (value) => float(value)),
  };
}
