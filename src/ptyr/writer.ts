/** Writing a `.ptyr` that ptypy's tools, H5Web and this library open. */
import { allocate, astype, fromNumbers, type NdArray } from '../array/ndarray.ts';
import { asctime, float, int, stampFile, writeTree } from '../hdf5/encoding.ts';
import { FileError } from '../errors.ts';
import type { H5File } from '../hdf5/file.ts';
import { replaceFile } from '../hdf5/staged.ts';
import { OWN_PARS, PARS, splitParameters } from './parameters.ts';
import { ERRORS, ITERATIONS, PROGRESS, UNITS, writeProgress, type Progress } from './progress.ts';
import { ptyrObstacle } from './standing.ts';
import type { IterationRecord, Result, StoredField } from './result.ts';

/** Errors in the order of ptypy's `error` triple. */
const ERROR_ORDER = ['magnitude', 'photon', 'exit'] as const;

/**
 * Writes beside, syncs and renames: `file` is complete or as it was. Throws a `FileError` where something else is there. `onWritten` is called when everything is written and the disk
 * alone is waited for.
 */
export async function writePtyr(
  file: string,
  result: Result,
  progress?: Progress,
  onWritten?: () => void,
): Promise<void> {
  const obstacle = await ptyrObstacle(file);
  if (obstacle !== undefined) throw new FileError(obstacle, { file });
  await replaceFile(file, async (h5) => {
    stampFile(h5);
    writeTree(h5, 'header', { kind: 'minimal', description: 'Ptypy .h5 compatible storage format' });
    writeTree(h5, 'content', {
      probe: mapValues(result.probes, encodeField),
      obj: mapValues(result.objects, encodeField),
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
      runtime: encodeRuntime(result, progress?.point.run ?? null),
    });
    writeUnits(h5, result);
    const { known, own } = splitParameters(result.config);
    writeTree(h5, PARS, known, { mapping: 'param' });
    // ptypy opens these by attribute access.
    for (const path of ['content', 'content/runtime']) h5.setAttribute(path, 'type', 'param');
    writeTree(h5, OWN_PARS, own);
    writeTree(h5, ERRORS, measuredErrors(result.history));
    writeTree(h5, ITERATIONS, encodeIterations(result.history));
    h5.setAttribute(PROGRESS, 'type', 'dict');
    if (progress !== undefined) await writeProgress(h5, progress);
    onWritten?.();
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

function encodeRuntime(
  { started, software, history, remarks = [] }: Result,
  run: string | null,
): Record<string, unknown> {
  const [start, stop] = [asctime(started), asctime(new Date())];
  const known = ERROR_ORDER.map((name) => knownErrors(history, name));
  return {
    run,
    allstart: start,
    start,
    stop,
    allstop: stop,
    last_save: int(history.length),
    last_plot: int(0),
    software,
    ...(remarks.length === 0
      ? {}
      : {
          remarks: remarks.map((remark) => ({
            ...remark,
            iteration: int(remark.iteration),
            iterations: int(remark.iterations),
          })),
        }),
    iter_info: history.map((record, i) => ({
      engine: record.engine,
      iteration: int(record.iteration),
      iterations: int(record.iterations),
      numiter: int(record.numiter),
      duration: float(record.seconds),
      error: fromNumbers(
        'float64',
        known.map((values) => values[i]),
      ),
    })),
  };
}

/** The values of an error that ptypy shows for the iterations: the last that is known, else the first, else 0. */
function knownErrors(history: readonly IterationRecord[], name: string): number[] {
  const isKnown = ({ errors }: IterationRecord): boolean => Number.isFinite(errors[name]);
  let last = history.find(isKnown)?.errors[name] ?? 0;
  return history.map((record) => {
    if (isKnown(record)) last = record.errors[name];
    return last;
  });
}

/** Engines by their place among `names`. */
function encodeIterations(history: readonly IterationRecord[]): Record<string, unknown> {
  const names = [...new Set(history.map(({ engine }) => engine))];
  const whole = (value: (record: IterationRecord) => number): NdArray<'int64'> =>
    astype(fromNumbers('float64', history.map(value)), 'int64');
  return {
    names,
    engine: whole(({ engine }) => names.indexOf(engine)),
    iteration: whole(({ iteration }) => iteration),
    iterations: whole(({ iterations }) => iterations),
    numiter: whole(({ numiter }) => numiter),
    duration: fromNumbers(
      'float64',
      history.map(({ seconds }) => seconds),
    ),
  };
}

/** Each error by name: (iterations), NaN where it was not computed. */
function measuredErrors(history: readonly IterationRecord[]): Record<string, NdArray<'float64'>> {
  const names = new Set(history.flatMap(({ errors }) => Object.keys(errors)));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      fromNumbers(
        'float64',
        history.map(({ errors }) => errors[name] ?? NaN),
      ),
    ]),
  );
}
