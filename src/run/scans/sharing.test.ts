/** Scans of one run that share probe or object. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../test/contracts/simulated.ts';
import { ndarray } from '../../array/ndarray.ts';
import { createWasmBackend } from '../../compute/wasm/wasm.ts';
import { createEngine } from '../../engines/registry.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import { DEFAULT_START, Model } from '../../model/model.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { defaults } from '../../params/declare.ts';
import { DM, ENGINE_GROUPS } from '../../params/engines.ts';
import { alignObjects } from '../../quality/align.ts';
import { fluence, wellLit } from '../../quality/fluence.ts';
import { configFromTree } from '../config/config.ts';
import type { ScanConfig } from '../config/config-check.ts';
import { ownerOf } from './sharing.ts';

function scansSharing(others: Readonly<Record<string, string | null>>): readonly ScanConfig[] {
  const data = { name: 'MoonFlowerScan' };
  const scans = Object.fromEntries(
    Object.entries(others).map(([label, other]) => [label, { data, sharing: { probe_share_with: other } }]),
  );
  return configFromTree({ scans }, { scanGroups: new ScanRegistry(), engineGroups: ENGINE_GROUPS }).config
    .scans;
}

describe('ownerOf', () => {
  it.each<[string, Readonly<Record<string, string | null>>, readonly string[]]>([
    ['each its own', { a: null, b: null }, ['a', 'b']],
    ['one with the other, before and after it', { a: 'b', b: null, c: 'b' }, ['b', 'b', 'b']],
    ['through another', { a: null, b: 'a', c: 'b' }, ['a', 'a', 'a']],
    ['with each other', { a: null, b: 'c', c: 'b', d: 'c' }, ['a', 'b', 'b', 'b']],
  ])('of scans that share %s', (_what, others, owners) => {
    const scans = scansSharing(others);
    expect(scans.map((scan) => ownerOf(scan, scans, 'probe_share_with').label)).toEqual(owners);
    expect(scans.map((scan) => ownerOf(scan, scans, 'object_share_with').label)).toEqual(Object.keys(others));
  });
});

describe('a reconstruction of two scans', () => {
  const dense = simulate({ shape: 32, num_frames: 50, photons: 1e6, density: 0.15 });
  const sparse = simulate({ shape: 32, num_frames: 9, photons: 1e6, density: 0.3 });
  const start = {
    ...DEFAULT_START,
    probe: { ...DEFAULT_START.probe, given: dense.roughProbe(0.5, 1) },
  };

  /** Error of the object of the sparse scan. */
  async function reconstruct(probeId: string): Promise<number> {
    const model = new Model({ backend: createWasmBackend(), communicator: singleCommunicator() });
    model.addScan('dense', start);
    model.addScan('sparse', { ...start, probeId });
    await model.addPackage('dense', dense.pack());
    await model.addPackage('sparse', sparse.pack());
    const engine = await createEngine('DM', { ...defaults(DM), numiter: 80 }, { model });
    await engine.initialize();
    await engine.iterate(80);
    await engine.finalize();
    const { data } = await model.backend.read(model.object('SsparseG00').array);
    const truth = sparse.truth(model, 'SsparseG00');
    const region = wellLit(await fluence(model, 'SsparseG00'), 0.3);
    const object = ndarray('complex128', truth.shape, Float64Array.from(data));
    model.dispose();
    return alignObjects(object, truth, { region }).error;
  }

  it('finds the sample of few frames by the probe that the other scan finds', async () => {
    const alone = await reconstruct('SsparseG00');
    const shared = await reconstruct('SdenseG00');
    expect(shared).toBeLessThan(0.75 * alone);
    expect(shared).toBeLessThan(0.07);
  });
});
