/** Files for pages: asked over HTTP, read by the threads as they are built. */
import { cpSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fromNumbers, ndarray, toNumbers } from '../../src/array/ndarray.ts';
import { storageId, type Result } from '../../src/ptyr/result.ts';
import { writePtyr } from '../../src/ptyr/writer.ts';
import { parseNpy } from '../../src/array/npy.ts';
import { openFile } from '../../src/hdf5/file.ts';
import { FileService } from '../../src/server/files/file-service.ts';
import { describeParameters } from '../../src/server/parameters/describe.ts';
import { fileHandler } from '../../src/server/files/http.ts';
import { FileSource } from '../../src/server/sources/file-source.ts';
import { servedOf } from '../../src/server/files/served.ts';
import { goldenPath } from '../tools/golden.ts';
import { h5py, temporaryFolder } from '../tools/h5py.ts';
import { once } from '../tools/once.ts';
import { ptyflow, ROOT } from '../tools/ptyflow.ts';

const folder = temporaryFolder();
const root = join(folder, 'served');
const thread = new URL(`file://${join(ROOT, 'dist/server/files/files-entry.js')}`);
const logged: string[] = [];
const log = (text: string): void => {
  logged.push(text);
};
let service: FileService;
let address = '';
/** What is to be ended. */
const ends: (() => unknown)[] = [];

const FILES = `
import os
root, outside = argument
os.chdir(root)
with h5py.File(outside + '/secret.h5', 'w') as f: f['d'] = np.arange(4) + 4711
(np.arange(4) + 4711).tofile(outside + '/secret.raw')
with h5py.File('all.h5', 'w') as f:
    f['c'] = np.array([1+2j, 3-4j]); f['f'] = np.arange(24, dtype='>f4').reshape(2, 3, 4); f['half'] = np.array([1.5, np.nan], 'f2')
    f['comp'] = np.array([(1, 2.5, b'ab', (1, 2)), (3, 4.5, b'c', (3, 4))], dtype=[('a','>i4'),('b','f8'),('s','S3'),('v','i2',(2,))])
    f['turned'] = np.array([(1, (2, 3))], dtype=[('a','>i4'),('v','>i2',(2,))])
    f['bool'] = np.array([True, False]); f.create_dataset('enum', data=[1, 2], dtype=h5py.enum_dtype({'A': 1, 'B': 2}, basetype='i2'))
    f['str'] = 'hello'; f['strs'] = [['a', 'bb', 'c'], ['d', 'e', '']]; f['big'] = np.array([2**60, 1], 'i8'); f['op'] = np.void(b'xyz')
    d = f.create_dataset('vlen', (2,), dtype=h5py.vlen_dtype('>i4')); d[0] = [1, 2]; d[1] = []
    d = f.create_dataset('mixed', (2,), dtype=np.dtype([('n', '>i4'), ('t', h5py.string_dtype())])); d[0] = (1, 'one'); d[1] = (2, 'two')
    f.create_dataset('null', data=h5py.Empty('f')); f['scalar'] = 2.5; f['type'] = np.dtype('f8')
    f.create_dataset('gzip', data=np.arange(12).reshape(3, 4), chunks=(1, 4), compression='gzip')
    f.create_dataset('huge', (20000, 20000), 'f4'); f.create_dataset('chunky', (1000, 1024, 1024), 'u2', chunks=(1, 1024, 1024))
    f.create_group('group/inner')['x'] = 1
    f['group/self'] = h5py.SoftLink('/group/self'); f['group/above'] = f['group']; f['group/nowhere'] = h5py.SoftLink('/not/there')
    f['group/other'] = h5py.ExternalLink('absent.h5', '/x'); f['group/good'] = h5py.SoftLink('/scalar')
    a = f.attrs
    a['big'] = 2**60; a['small'] = 5; a['complex'] = 1+2j; a['flag'] = True; a['texts'] = ['a', 'b']; a['empty'] = h5py.Empty('f')
    a['grid'] = np.arange(4).reshape(2, 2); a['nan'] = np.nan; a['ref'] = f['str'].ref; a['comp'] = np.array([(1, 2)], dtype=[('x', 'i4'), ('y', 'i4')])
with h5py.File('evil.h5', 'w') as f:
    f['link'] = h5py.ExternalLink(outside + '/secret.h5', '/d')
    layout = h5py.VirtualLayout((4,), 'i8'); layout[:] = h5py.VirtualSource(outside + '/secret.h5', 'd', (4,))
    f.create_virtual_dataset('virtual', layout)
    f.create_dataset('raw', (4,), 'i8', external=[(outside + '/secret.raw', 0, 32)])
    # The same by names that go up, and by a link of the file system that is beside it.
    for i, name in enumerate(['../outside/secret.h5', 'away.h5']):
        f['link%d' % i] = h5py.ExternalLink(name, '/d')
        layout = h5py.VirtualLayout((4,), 'i8'); layout[:] = h5py.VirtualSource(name, 'd', (4,))
        f.create_virtual_dataset('virtual%d' % i, layout)
    f.create_dataset('raw0', (4,), 'i8', external=[('../outside/secret.raw', 0, 32)])
`;

beforeEach(
  once(async () => {
    mkdirSync(join(root, 'deep'), { recursive: true });
    mkdirSync(join(folder, 'outside'), { recursive: true });
    h5py(FILES, [root, join(folder, 'outside')]);
    for (const name of ['moon_DM.ptyr', 'moon_append.ptyd', 'moon_link.ptyd', 'moon_link.ptyd.part000']) {
      cpSync(goldenPath(`files/${name}`), join(root, name));
    }
    for (const n of [1, 2])
      cpSync(goldenPath(`files/moon_link.ptyd.part00${n}`), join(root, `moon_link.ptyd.part00${n}`));
    symlinkSync(join(folder, 'outside', 'secret.h5'), join(root, 'away.h5'));
    symlinkSync(join(root, 'all.h5'), join(root, 'deep', 'linked.h5'));
    const packed = await openFile(join(root, 'deep', 'packed.h5'), 'w');
    packed.createDataset('x', 'uint16', [2, 64], { compression: 'bslz4' });
    packed.write(
      'x',
      ndarray(
        'uint16',
        [2, 64],
        Uint16Array.from({ length: 128 }, (_, i) => i),
      ),
    );
    packed.close();
    service = new FileService({ served: servedOf([root]), log, thread });
    ends.push(() => service.close());
    const handler = fileHandler(service, log);
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://host');
      void handler(request, response, url).then((isAnswered) => {
        if (!isAnswered) response.writeHead(418).end();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    ends.push(() => server.close());
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }),
);

afterAll(async () => {
  for (const end of ends) await end();
});

function get(route: string, query: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${address}/${route}?${new URLSearchParams(query)}`);
}

async function json(
  route: string,
  path: string,
  more: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const response = await get(`h5/${route}`, { file: 'all.h5', path, ...more });
  return response.json();
}

async function refused(route: string, query: Readonly<Record<string, string>>): Promise<[number, string]> {
  const response = await get(route, query);
  const { message } = (await response.json()) as { message: string };
  expect(message).not.toContain(root);
  return [response.status, message];
}

describe('objects in the words of h5grove', () => {
  it('are groups with their members, whatever one of them is', async () => {
    const root = (await json('meta', '/')) as { children: Record<string, unknown>[] };
    expect(root).toMatchObject({ name: '', kind: 'group' });
    const child = (name: string): unknown => root.children.find((one) => one.name === name);
    expect(child('f')).toEqual({
      ...{ name: 'f', kind: 'dataset', attributes: [], shape: [2, 3, 4], chunks: null, filters: null },
      type: { class: 1, size: 4, order: 1, sign: 0 },
    });
    expect(child('gzip')).toMatchObject({ chunks: [1, 4], filters: [{ id: 1 }] });
    expect(child('null')).toMatchObject({ shape: null });
    expect(child('str')).toMatchObject({ shape: [], type: { class: 3, cset: 1, vlen: true } });
    expect(child('enum')).toMatchObject({ type: { class: 8, members: { A: 1, B: 2 }, base: { class: 0 } } });
    expect(child('c')).toMatchObject({
      type: { class: 6, members: [{ name: 'r' }, { name: 'i', class: 1 }] },
    });
    expect(child('comp')).toMatchObject({
      type: { members: [{}, {}, {}, { name: 'v', class: 10, dims: [2] }] },
    });
    expect(child('type')).toMatchObject({ kind: 'datatype', type: { class: 1, size: 8 } });
    const group = (await json('meta', '/group')) as { children: { name: string; kind: string }[] };
    expect(Object.fromEntries(group.children.map(({ name, ...rest }) => [name, rest]))).toMatchObject({
      inner: { kind: 'group' },
      above: { kind: 'group' },
      good: { kind: 'dataset' },
      self: { kind: 'soft_link', target_path: '/group/self' },
      nowhere: { kind: 'soft_link', target_path: '/not/there' },
      other: { kind: 'external_link', target_file: 'absent.h5', target_path: '/x' },
    });
    expect(await json('paths', '/group')).toEqual([
      '/group',
      '/group/above',
      '/group/inner',
      '/group/inner/x',
    ]);
  });

  it('have attributes, large whole numbers as text', async () => {
    expect(await json('attr', '/')).toEqual({
      ...{ big: String(2n ** 60n), small: 5, complex: [1, 2], flag: true, texts: ['a', 'b'], empty: null },
      ...{
        grid: [
          [0, 1],
          [2, 3],
        ],
        nan: null,
        ref: null,
        comp: [[1, 2]],
      },
    });
    expect(await json('attr', '/', { attr_keys: 'small' })).toEqual({ small: 5 });
  });

  it('have values of every type', async () => {
    const flat = (path: string, selection?: string): Promise<unknown> =>
      json('data', path, { flatten: 'true', ...(selection === undefined ? {} : { selection }) });
    expect(await flat('/c')).toEqual([
      [1, 2],
      [3, -4],
    ]);
    expect(await flat('/comp')).toEqual([
      [1, 2.5, 'ab', [1, 2]],
      [3, 4.5, 'c', [3, 4]],
    ]);
    expect(await flat('/turned')).toEqual([[1, [2, 3]]]);
    expect(await flat('/bool')).toEqual([true, false]);
    expect(await flat('/enum')).toEqual([1, 2]);
    expect(await flat('/str')).toBe('hello');
    expect(await flat('/strs', '1,:')).toEqual(['d', 'e', '']);
    expect(await flat('/strs', ':,1')).toEqual(['bb', 'e']);
    expect(await json('data', '/strs')).toEqual([
      ['a', 'bb', 'c'],
      ['d', 'e', ''],
    ]);
    expect(await flat('/vlen')).toEqual([[1, 2], []]);
    expect(await flat('/mixed')).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
    expect(await flat('/big')).toEqual([String(2n ** 60n), 1]);
    expect(await flat('/null')).toBe(null);
    expect(await flat('/f', '1,2,0:4:3')).toEqual([20, 23]);
  });

  it('have numbers as bytes', async () => {
    const bytes = async (path: string, selection = '', file = 'all.h5'): Promise<ArrayBuffer> =>
      (await get('h5/data', { file, path, selection, format: 'bin', dtype: 'safe' })).arrayBuffer();
    expect([...new Float32Array(await bytes('/f', '1,:,1'))]).toEqual([13, 17, 21]);
    expect([...new Float32Array(await bytes('/half'))]).toEqual([1.5, NaN]);
    expect([...new BigInt64Array(await bytes('/big'))]).toEqual([2n ** 60n, 1n]);
    expect([...new Int8Array(await bytes('/bool'))]).toEqual([1, 0]);
    expect([...new Int16Array(await bytes('/enum'))]).toEqual([1, 2]);
    expect(Buffer.from(await bytes('/op')).toString()).toBe('xyz');
    expect(new Uint16Array(await bytes('/x', '1,0:3', 'deep/packed.h5'))).toEqual(Uint16Array.of(64, 65, 66));
    const npy = await get('h5/data', { file: 'all.h5', path: '/f', selection: '0,:,:', format: 'npy' });
    expect(npy.headers.get('content-disposition')).toContain('f.npy');
    expect(parseNpy(new Uint8Array(await npy.arrayBuffer())).shape).toEqual([3, 4]);
  });

  it('are refused in short words where that cannot be', async () => {
    const data = { file: 'all.h5', path: '/f', format: 'bin' };
    expect(await refused('h5/meta', { file: 'none.h5', path: '/' })).toEqual([
      404,
      "File not found: 'none.h5'",
    ]);
    expect(await refused('h5/meta', { file: 'all.h5', path: '/no' })).toEqual([
      404,
      "'/no' is not a valid path",
    ]);
    expect(await refused('h5/meta', { file: 'all.h5', path: '/group/self' })).toEqual([
      404,
      expect.stringContaining('Cannot resolve'),
    ]);
    for (const selection of [
      '0',
      '0,0,0,0',
      '5,:,:',
      '1:0,:,:',
      '0:10,:,:',
      '0:2:0,:,:',
      '-1,:,:',
      'x,:,:',
      '9'.repeat(30),
    ]) {
      expect([selection, (await refused('h5/data', { ...data, selection }))[0]]).toEqual([selection, 400]);
    }
    expect((await refused('h5/data', { ...data, path: '/huge' }))[0]).toBe(413);
    expect((await refused('h5/data', { file: 'all.h5', path: '/huge', selection: '0:200,:' }))[0]).toBe(413);
    expect((await refused('h5/data', { ...data, path: '/chunky', selection: ':,0,0' }))[0]).toBe(413);
    expect((await refused('h5/data', { ...data, format: 'tiff' }))[0]).toBe(400);
    expect((await refused('h5/data', { ...data, path: '/group' }))[0]).toBe(400);
    expect((await refused('h5/meta', { path: '/' }))[0]).toBe(400);
    expect((await fetch(`${address}/h5/meta`, { method: 'POST' })).status).toBe(405);
    expect((await get('h5/other', {})).status).toBe(418);
  });

  it('never lie outside what is served', async () => {
    for (const file of [
      '../outside/secret.h5',
      join(folder, 'outside/secret.h5'),
      'away.h5',
      'all.h5/..',
      '.',
      '',
    ]) {
      const [status] = await refused('h5/data', { file, path: '/d', format: 'bin' });
      expect([file, status]).toEqual([file, file === '' ? 400 : 404]);
    }
    for (const path of ['/link', '/link0', '/link1', '/virtual', '/virtual0', '/virtual1', '/raw', '/raw0']) {
      for (const [route, format] of [...['json', 'bin', 'npy'].map((one) => ['data', one]), ['attr', '']]) {
        const response = await get(`h5/${route}`, { file: 'evil.h5', path, format });
        const [isOk, body] = [response.ok, await response.text()];
        expect([path, route, format, isOk, body]).toEqual([
          path,
          route,
          format,
          route === 'attr' && !path.startsWith('/link'),
          isOk ? '{}' : (expect.not.stringContaining('4711') as string),
        ]);
      }
    }
    const meta = await (await get('h5/meta', { file: 'evil.h5', path: '/' })).text();
    expect(meta).toContain('external_link');
    const linked = await get('h5/meta', { file: 'deep/linked.h5', path: '/' });
    expect(linked.status).toBe(200);
  });
});

describe('prepared frames and reconstructions', () => {
  it('are listed by what is in them', async () => {
    expect(await service.ask({ do: 'list' })).toMatchObject({
      files: [
        { name: 'all.h5', kind: 'hdf5' },
        { name: 'deep/linked.h5', kind: 'hdf5' },
        { name: 'deep/packed.h5', kind: 'hdf5' },
        { name: 'evil.h5', kind: 'hdf5' },
        { name: 'moon_DM.ptyr', kind: 'ptyr', saved: { engine: 'DM' } },
        { name: 'moon_append.ptyd', kind: 'ptyd' },
        { name: 'moon_link.ptyd', kind: 'ptyd' },
      ],
      more: 0,
    });
    const single = servedOf([join(root, 'moon_link.ptyd'), join(root, 'deep', 'packed.h5')]);
    const other = new FileService({ served: single, log, thread });
    expect(await other.ask({ do: 'list' })).toMatchObject({
      files: [
        { name: 'deep/packed.h5', kind: 'hdf5' },
        { name: 'moon_link.ptyd', kind: 'ptyd' },
      ],
      more: 0,
    });
    const linked = await other.ask({ do: 'describe', file: 'moon_link.ptyd', source: 'S3' });
    const frame = await other.ask({
      do: 'frame',
      file: 'moon_link.ptyd',
      label: linked.description.scans[0].label,
      index: null,
    });
    expect(frame.measured.shape).toEqual(frame.mask.shape);
    await expect(other.ask({ do: 'meta', file: 'all.h5', path: '/' })).rejects.toThrow('File not found');
    await other.close();
  });

  it('are those below folders that were given and files that were, not others beside these', async () => {
    const mixed = servedOf([join(root, 'moon_append.ptyd'), join(root, 'deep')]);
    const other = new FileService({ served: mixed, log, thread });
    const { files } = await other.ask({ do: 'list' });
    expect(files.map(({ name }) => name)).toEqual(['deep/packed.h5', 'moon_append.ptyd']);
    await expect(other.ask({ do: 'meta', file: 'all.h5', path: '/' })).rejects.toThrow('File not found');
    await other.close();
  });

  it('describe a reconstruction, and give its layers as they are stored', async () => {
    const file = 'moon_DM.ptyr';
    const { description, history } = await service.ask({ do: 'describe', file, source: 'S1' });
    const h5 = await openFile(join(root, file), 'r');
    const [probe] = description.probes;
    const data = h5.read(`content/probe/${probe.id}/data`);
    h5.close();
    expect(description).toMatchObject({ source: 'S1', objects: [{ layers: 1, inPixels: false }] });
    expect([probe.layers, probe.rows, probe.cols]).toEqual(data.shape);
    expect(probe.power.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2);
    expect(history.length).toBeGreaterThan(0);
    const layer = probe.layers - 1;
    const { plane } = await service.ask({ do: 'field', file, what: 'probe', id: probe.id, layer });
    const size = 2 * probe.rows * probe.cols;
    expect(plane.shape).toEqual([probe.rows, probe.cols]);
    expect(plane.data).toEqual(Float32Array.from(toNumbers(data)).subarray(layer * size));
    const source = new FileSource(service, { id: 'S1', name: file, kind: 'ptyr' }, 'first');
    expect(await source.array({ what: 'probe', name: probe.id, layer })).toEqual(plane);
    await expect(source.array({ what: 'probe', name: probe.id, layer: 99 })).rejects.toThrow('no layer 99');
  });

  it('give a frame of prepared ones with its mask', async () => {
    const file = 'moon_append.ptyd';
    const { description } = await service.ask({ do: 'describe', file, source: 'S2' });
    const [{ label, indices, shape }] = description.scans;
    const h5 = await openFile(join(root, file), 'r');
    const [chunk] = h5.keys('chunks');
    const stored = h5.read(`chunks/${chunk}/data`, [{ start: 1, stop: 2 }]);
    const points = Array.from(toNumbers(h5.read(`chunks/${chunk}/indices`)));
    const positions = toNumbers(h5.read(`chunks/${chunk}/positions`));
    h5.close();
    expect(shape).toEqual(stored.shape.slice(1));
    const frame = await service.ask({ do: 'frame', file, label, index: points[1] });
    expect(frame.index).toBe(points[1]);
    expect(frame.measured.data).toEqual(Float32Array.from(toNumbers(stored)));
    expect(new Set(frame.mask.data)).toContain(1);
    const newest = await service.ask({ do: 'frame', file, label, index: null });
    expect(indices).toContain(newest.index);
    const rows = await service.ask({ do: 'positions', file, label });
    expect(rows.shape).toEqual([indices.length, 5]);
    const at = Array.from({ length: indices.length }, (_, i) => rows.data[5 * i]).indexOf(points[1]);
    expect([rows.data[5 * at + 1], rows.data[5 * at + 2]]).toEqual([positions[2], positions[3]]);
    await expect(service.ask({ do: 'frame', file, label, index: 99_999 })).rejects.toThrow('no frame');
    await expect(service.ask({ do: 'frame', file, label: 'other', index: 0 })).rejects.toThrow(
      "no scan 'other'",
    );
  });
});

describe('parameters', () => {
  it.each(['moon_DM.ptyr', 'moon_append.ptyd'])('of %s can be taken as a configuration', async (file) => {
    const { groups, yaml } = await describeParameters('S4', await service.ask({ do: 'parameters', file }));
    expect(groups.flatMap(({ rows }) => rows).some(({ help, differs }) => help !== '' && differs)).toBe(true);
    expect(yaml.differing.length).toBeLessThan(yaml.whole.length);
    for (const [name, text] of Object.entries(yaml)) {
      const config = join(folder, `${name}.yaml`);
      writeFileSync(config, text);
      const { status, stdout, stderr } = ptyflow(['validate', config], root);
      expect([status, stderr]).toEqual([0, expect.not.stringContaining('ignored')]);
      expect(stdout + stderr).toContain('is valid');
    }
  });

  it('are not in any file', async () => {
    await expect(service.ask({ do: 'parameters', file: 'all.h5' })).rejects.toThrow('holds no parameters');
  });
});

describe('a reconstruction of this program', () => {
  it('has positions, as they are and as they were measured, and errors by iteration', async () => {
    const complex = (layers: number): Float32Array => Float32Array.from({ length: 8 * layers }, (_, i) => i);
    const field = { psizeM: [2e-8, 3e-8], originM: [-2e-8, -3e-8], energyKeV: 8 } as const;
    const result: Result = {
      probes: { [storageId('S')]: { ...field, data: ndarray('complex64', [2, 2, 2], complex(2)) } },
      objects: { [storageId('S')]: { ...field, data: ndarray('complex64', [1, 2, 2], complex(1)) } },
      positions: {
        S: {
          indices: [4, 7],
          positions: ndarray('float64', [2, 2], Float64Array.of(1, 2, 3, 4)),
          measured: ndarray('float64', [2, 2], Float64Array.of(5, 6, 7, 8)),
          probeId: storageId('S'),
          objectId: storageId('S'),
        },
      },
      config: { run: 'own', engines: { e0: { name: 'DM', numiter: 3 } } },
      history: [
        {
          engine: 'DM',
          iterations: 1,
          iteration: 1,
          numiter: 3,
          seconds: 0.5,
          errors: { magnitude: 2, photon: 3 },
        },
      ],
      started: new Date(0),
      software: 'test',
    };
    await writePtyr(join(root, 'own.ptyr'), result);
    const { description, history } = await service.ask({ do: 'describe', file: 'own.ptyr', source: 'S4' });
    expect(description.scans).toMatchObject([{ label: 'S', probeId: 'SSG00', objectId: 'SSG00' }]);
    expect(description.probes).toMatchObject([
      {
        id: 'SSG00',
        layers: 2,
        rows: 2,
        cols: 2,
        psizeM: [2e-8, 3e-8],
        energyKeV: 8,
        power: [0.113, 0.887],
      },
    ]);
    expect(history).toEqual(result.history);
    const positions = await service.ask({ do: 'positions', file: 'own.ptyr', label: 'S' });
    expect([...positions.data]).toEqual([4, 1, 2, 5, 6, 7, 3, 4, 7, 8]);
    const tree = await service.ask({ do: 'parameters', file: 'own.ptyr' });
    expect(tree).toMatchObject({ engines: { e0: { numiter: 3 } } });
    await expect(service.ask({ do: 'positions', file: 'own.ptyr', label: 'T' })).rejects.toThrow('no scan');
  });
});

describe('threads', () => {
  it('give way to fresh ones when they take too long, and forget what nobody wants', async () => {
    const own = new FileService({ served: servedOf([root]), log, thread });
    const request = { do: 'meta', file: 'all.h5', path: '/' } as const;
    // A thread has not even started by then.
    await expect(own.ask(request, { limitMs: 1 })).rejects.toMatchObject({ status: 503 });
    expect(await own.ask(request)).toMatchObject({ kind: 'group' });
    const abort = new AbortController();
    const first = own.ask(request);
    const second = own.ask(request, { signal: abort.signal });
    abort.abort();
    await expect(second).rejects.toMatchObject({ status: 503 });
    expect(await first).toMatchObject({ kind: 'group' });
    await own.close();
    await expect(own.ask(request)).rejects.toThrow('the server ends');
  });

  it('see what changed in a file, and live on when it is damaged', async () => {
    const name = join(root, 'changing.h5');
    const write = async (value: number): Promise<void> => {
      const h5 = await openFile(name, 'w');
      h5.write(
        'x',
        fromNumbers(
          'float64',
          Array.from({ length: 5000 * value }, () => value),
        ),
      );
      h5.close();
    };
    const first = (): Promise<Response> =>
      get('h5/data', { file: 'changing.h5', path: '/x', selection: '0' });
    await write(1);
    expect(await (await first()).json()).toBe(1);
    await write(2);
    expect(await (await first()).json()).toBe(2);
    truncateSync(name, 700);
    const [status] = await refused('h5/data', { file: 'changing.h5', path: '/x', selection: '0' });
    expect(status).toBe(400);
    expect(logged.join('\n')).toContain(folder);
    await write(3);
    expect(await (await first()).json()).toBe(3);
  });
});
