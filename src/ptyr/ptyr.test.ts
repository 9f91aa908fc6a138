import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenPath } from '../../test/tools/golden.ts';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { fromNumbers, ndarray } from '../array/ndarray.ts';
import type { Progress, RunPoint, StoredState } from './progress.ts';
import { readPtyr } from './reader.ts';
import { storageId, type Result } from './result.ts';
import { ExitReader, readExactFields, readResumeHead, readStoredState } from './resume.ts';
import { writePtyr } from './writer.ts';

const folder = temporaryFolder();

const RESULT: Result = {
  probes: {
    [storageId('S')]: {
      data: ndarray('complex64', [1, 2, 2], Float32Array.of(1, 0, 0, 1, -1, 0, 0, -1)),
      psizeM: [2e-8, 2e-8],
      originM: [-2e-8, -2e-8],
      energyKeV: 8,
    },
  },
  objects: {
    [storageId('S')]: {
      data: ndarray('complex128', [1, 1, 3], Float64Array.of(1, 2, 3, 4, 5, 6)),
      psizeM: [2e-8, 1e-8],
      originM: [0, -1e-8],
      energyKeV: 8,
    },
  },
  positions: {
    S: {
      indices: [0, 2],
      positions: fromNumbers('float64', [0, 1, 2, 3], [2, 2]),
      measured: fromNumbers('float64', [0, 1, 2, 4], [2, 2]),
      probeId: 'SSG00',
      objectId: 'SotherG00',
    },
  },
  statistics: { S: { frames: 2, stepM: 1e-6, viewsPerPixel: 4, modePowers: [0.75, 0.25] } },
  config: { scans: {}, engines: { e: { name: 'DM', numiter: 1 } } },
  history: [
    {
      engine: 'DM',
      iteration: 1,
      iterations: 1,
      numiter: 1,
      seconds: 0.5,
      errors: { magnitude: 3, exit: 4 },
    },
  ],
  started: new Date(0),
  software: 'test',
};

const POINT: RunPoint = {
  run: 'r',
  output: null,
  scans: ['S'],
  engines: [{ key: 'e', name: 'DM' }],
  engine: 'e',
  iteration: 3,
};

const FINE = ndarray('complex128', [1, 2, 2], Float64Array.of(0.1, 0, 0, 0.1, -0.1, 0, 0, -0.1));

const PHASE = ndarray('complex64', [1, 2], Float32Array.of(0.6, 0.8, 0, -1));

const STATE: StoredState = {
  numbers: { scale: 0.1 },
  arrays: { 'gradient.SSG00': ndarray('complex128', [1, 1, 1], Float64Array.of(1, 2)) },
  probes: { SSG00: FINE },
  objects: {},
  exit: [
    {
      scan: 'S',
      indices: [9, 5, 3, 4],
      phase: PHASE,
      waves: {
        dtype: 'complex128',
        shape: [4, 1, 1, 2],
        async *slices() {
          for (const first of [0, 4]) {
            const numbers = Float64Array.from({ length: 8 }, (_, i) => 2 * first + i);
            yield await Promise.resolve(ndarray('complex128', [2, 1, 1, 2], numbers));
          }
        },
      },
    },
  ],
};
const PROGRESS: Progress = { point: POINT, state: STATE };

describe('.ptyr', () => {
  it('reads back what was written', async () => {
    const file = join(folder, 'own.ptyr');
    await writePtyr(file, RESULT);
    const { probes, objects, positions, history, config } = await readPtyr(file);
    expect(positions).toEqual(RESULT.positions);
    expect(probes).toEqual(RESULT.probes);
    expect(objects).toEqual(RESULT.objects);
    expect(history).toEqual(RESULT.history);
    expect(config).toEqual(RESULT.config);
  });

  it('has the same history with and without arrays of it, and where they are of another number of iterations', async () => {
    const file = join(folder, 'history.ptyr');
    const history = [1, 2, 3, 4].map((i) => ({
      engine: i < 3 ? 'DM' : 'ML',
      iteration: i < 3 ? i : i - 2,
      iterations: i,
      numiter: 2,
      seconds: 0.1 * i,
      errors: i === 2 ? { magnitude: 3 } : { magnitude: i, rfactor: 0.5 / i },
    }));
    await writePtyr(file, { ...RESULT, history });
    expect((await readPtyr(file)).history).toEqual(history);
    // The arrays are what is read.
    h5py(`with h5py.File(argument, 'a') as f: f['ptyflow/iterations/duration'][3] = 9`, file);
    expect((await readPtyr(file)).history[3].seconds).toBe(9);
    h5py(`with h5py.File(argument, 'a') as f: del f['content/runtime/iter_info/00003']`, file);
    expect((await readPtyr(file)).history).toEqual(history.slice(0, 3));
    h5py(`with h5py.File(argument, 'a') as f: del f['ptyflow/iterations']`, file);
    expect((await readPtyr(file)).history).toEqual(history.slice(0, 3));
  });

  it('opens in h5py with the entries and types that ptypy writes', async () => {
    const file = join(folder, 'types.ptyr');
    await writePtyr(file, RESULT);
    const seen = h5py(
      `
own, ptypy = h5py.File(argument[0], 'r'), h5py.File(argument[1], 'r')
a, b = own['content/obj/SSG00'], ptypy['content/obj/SMFG00']
names = ['ID', 'data', '_psize', '_origin', '_center', '_energy', 'shape', 'layermap', 'nlayers']
result = {
  'missing': [n for n in names if n not in a],
  'kinds': [n for n in names if a[n].dtype.kind != b[n].dtype.kind or len(a[n].shape) != len(b[n].shape)],
  'data': [str(a['data'].dtype), [[z.real, z.imag] for z in a['data'][0, 0]]],
  'header': [own['header/kind'][()].decode(), own['content'].attrs['type']],
  'error': own['content/runtime/iter_info/00000/error'][()].tolist()[0::2],
  'x': own['content/obj/SSG00/grids/00001'][0, 0].tolist(),
  'statistics': [[own['content/statistics/S/' + n][()].tolist(), own['content/statistics/S/' + n].dtype.kind]
    for n in ['frames', 'viewsPerPixel', 'modePowers']],
  'positions': [own['content/positions/S/' + n][()].tolist() for n in ('indices', 'positions', 'measured')],
}`,
      [file, goldenPath('files/moon_DM.ptyr')],
    );
    expect(seen).toEqual({
      missing: [],
      kinds: [],
      data: [
        'complex128',
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
      header: ['minimal', 'param'],
      error: [3, 4],
      x: [-1e-8, 0, 1e-8],
      statistics: [
        [2, 'i'],
        [4, 'f'],
        [[0.75, 0.25], 'f'],
      ],
      positions: [
        [0, 2],
        [
          [0, 1],
          [2, 3],
        ],
        [
          [0, 1],
          [2, 4],
        ],
      ],
    });
  });

  it('keeps where a run stands and what its engine needs, waves slice by slice', async () => {
    const file = join(folder, 'progress.ptyr');
    await writePtyr(file, RESULT, PROGRESS);
    const { point, hasState, positions, history } = await readResumeHead(file);
    expect({ point, hasState, history }).toEqual({ point: POINT, hasState: true, history: RESULT.history });
    expect([...positions]).toEqual([['S', RESULT.positions.S]]);
    const { numbers, arrays, hasExit } = await readStoredState(file);
    expect({ numbers, arrays, hasExit }).toEqual({
      numbers: STATE.numbers,
      arrays: STATE.arrays,
      hasExit: true,
    });
    const { probes, objects } = await readExactFields(file);
    expect(probes.SSG00).toEqual({ ...RESULT.probes.SSG00, data: FINE });
    expect(objects).toEqual(RESULT.objects);

    const reader = await ExitReader.open(file);
    const taken: [number, number[]][] = [];
    reader.read('S', [5, 7, 3, 4, 9], (first, { data }, phase) => {
      expect(phase).toEqual(PHASE);
      taken.push([first, Array.from(data as Float64Array)]);
    });
    reader.read('T', [5], () => taken.push([-1, []]));
    reader.close();
    // Points 3 and 4 lie together in the file, 5 elsewhere; 7 is not in it.
    expect(taken).toEqual([
      [0, [4, 5, 6, 7]],
      [2, [8, 9, 10, 11, 12, 13, 14, 15]],
      [4, [0, 1, 2, 3]],
    ]);
  });

  it('opens in h5py with its state beside what ptypy reads', async () => {
    const file = join(folder, 'state.ptyr');
    await writePtyr(file, RESULT, PROGRESS);
    const seen = h5py(
      `
f = h5py.File(argument, 'r')
state = f['ptyflow/state']
result = {
  'top': sorted(f.keys()), 'content': sorted(f['content'].keys()),
  'point': [f['ptyflow/run/engine'][()].decode(), int(f['ptyflow/run/iteration'][()])],
  'numbers': float(state['numbers/scale'][()]),
  'arrays': [str(state['arrays/gradient.SSG00'].dtype), list(state['arrays/gradient.SSG00'].shape)],
  'exit': [state['exit/00000/scan'][()].decode(), state['exit/00000/indices'][()].tolist(), str(state['exit/00000/waves'].dtype)],
  'waves': state['exit/00000/waves'][2, 0, 0].imag.tolist(),
  'phase': [str(state['exit/00000/phase'].dtype), state['exit/00000/phase'].shape],
}`,
      file,
    );
    expect(seen).toEqual({
      top: ['content', 'header', 'ptyflow'],
      content: ['obj', 'pars', 'positions', 'probe', 'runtime', 'statistics'],
      point: ['e', 3],
      numbers: 0.1,
      arrays: ['complex128', [1, 1, 1]],
      exit: ['S', [9, 5, 3, 4], 'complex128'],
      waves: [9, 11],
      phase: ['complex64', [1, 2]],
    });
  });

  it('is not written when a slice of the waves is missing, and what was there stays', async () => {
    const file = join(folder, 'cut.ptyr');
    await writePtyr(file, RESULT);
    const [exit] = STATE.exit;
    const waves = { ...exit.waves, shape: [5, 1, 1, 2] };
    const state = { ...STATE, exit: [{ ...exit, waves }] };
    await expect(writePtyr(file, RESULT, { point: POINT, state })).rejects.toThrow(/slices are missing/);
    expect((await readResumeHead(file)).point).toBeUndefined();
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('refuses a file that does not say where its run stands', async () => {
    const file = join(folder, 'lost.ptyr');
    await writePtyr(file, RESULT, { point: { ...POINT, engine: 'other' } });
    await expect(readResumeHead(file)).rejects.toThrow(/lost\.ptyr: 'ptyflow\/run' does not state/);
  });

  it('reads positions as ptypy stores them, by the storage of the object, and files without any', async () => {
    const file = join(folder, 'ptypy-positions.ptyr');
    copyFileSync(goldenPath('files/moon_DM.ptyr'), file);
    expect((await readPtyr(file)).positions).toEqual({});
    h5py(
      `
with h5py.File(argument, 'a') as f:
    f['content/positions/SMFG00'] = np.array([[0.0, 1e-6], [2e-6, 3e-6], [4e-6, 5e-6]])`,
      file,
    );
    const positions = fromNumbers('float64', [0, 1e-6, 2e-6, 3e-6, 4e-6, 5e-6], [3, 2]);
    expect((await readPtyr(file)).positions.SMFG00).toEqual({
      indices: [0, 1, 2],
      positions,
      measured: positions,
      probeId: 'SMFG00',
      objectId: 'SMFG00',
    });
    h5py(`h5py.File(argument, 'a')['content/positions/other'] = np.zeros(4)`, file);
    await expect(readPtyr(file)).rejects.toThrow(/content\/positions\/other is float64 of shape \(4\)/);
  });

  it('reads a reconstruction of ptypy, with its two probe modes and its error history', async () => {
    const { probes, objects, history } = await readPtyr(goldenPath('files/moon_DM.ptyr'));
    expect(probes.SMFG00.data.shape).toEqual([2, 64, 64]);
    expect(objects.SMFG00.data.shape).toEqual([1, 172, 172]);
    expect(objects.SMFG00.energyKeV).toBe(8);
    expect(history).toHaveLength(10);
    expect(history[9].errors.magnitude).toBeCloseTo(59.86869399, 7);
  });
});
