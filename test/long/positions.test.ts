/** Positions with random errors of three pixels rms, on the wasm backend: 150 frames of 64², three draws of the errors. */
import { describe, expect, it } from 'vitest';
import { createWasmBackend } from '../../src/compute/wasm/wasm.ts';
import { rFactor } from '../../src/quality/rfactor.ts';
import { CREATE, loadMisplaced, refine, runEngine } from '../contracts/refinement.ts';
import { simulate } from '../contracts/simulated.ts';

const SCAN = simulate({ shape: 64, num_frames: 150, photons: 1e7, density: 0.05 });
/** Uniform up to this along each axis: three pixels rms in the plane. */
const ERRORS = 3 * Math.sqrt(3 / 2);
const ENGINES = Object.keys(CREATE) as (keyof typeof CREATE)[];

describe.each([1, 2, 3])('positions that are wrong by 3 pixels rms, draw %i', (seed) => {
  it.each(ENGINES)('are found to less than half a pixel rms by %s', async (name) => {
    const model = await loadMisplaced(SCAN, ERRORS, { backend: createWasmBackend(), seed });
    const errorNow = (): number => SCAN.positionError(model.positionsOf('s').positions);
    const before = errorNow();
    expect(before).toBeGreaterThan(2.7);
    // Maximum likelihood needs something to start on.
    if (name === 'ML') await runEngine('DM', model, 10, null);
    const start = performance.now();
    await runEngine(name, model, 100, refine(SCAN, { amplitude: 5, max_shift: 7 }));
    const seconds = (performance.now() - start) / 1000;
    const found = `${before.toFixed(2)} → ${errorNow().toFixed(3)} pixels rms`;
    console.log(`${name}: ${found}, R-factor ${(await rFactor(model)).toFixed(4)}, ${seconds.toFixed(1)} s`);
    expect(errorNow()).toBeLessThan(0.5);
  });
});
