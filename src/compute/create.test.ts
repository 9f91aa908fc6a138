import { afterEach, expect, it, vi } from 'vitest';
import { DataError } from '../errors.ts';
import { createBackend, type BackendName } from './create.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A host whose WebAssembly knows so much, as it is asked: for kernels without relaxed SIMD first, then for those with it. */
function host(known: 'nothing' | 'SIMD' | 'relaxed SIMD'): void {
  const validate = vi.spyOn(WebAssembly, 'validate');
  if (known === 'nothing') validate.mockReturnValue(false);
  else validate.mockReturnValueOnce(true).mockReturnValueOnce(known === 'relaxed SIMD');
}

it.each(['SIMD', 'relaxed SIMD'] as const)(
  'creates the fastest backend of a host with %s, and reports it',
  async (known) => {
    host(known);
    const { backend, report } = await createBackend();
    expect(backend.name).toBe('wasm');
    expect(report).toEqual({
      name: 'wasm',
      simd: true,
      relaxedSimd: known === 'relaxed SIMD',
      others: [{ name: 'reference', isAble: true, reason: 'it is slower' }],
    });
    backend.dispose();
  },
);

it('creates what is asked for', async () => {
  const { backend, report } = await createBackend('reference');
  expect([backend.name, report.name]).toEqual(['reference', 'reference']);
  expect(report.others).toEqual([{ name: 'wasm', isAble: true, reason: 'reference was asked for' }]);
});

it('computes without SIMD too, and says why it is slow', async () => {
  host('nothing');
  const { backend, report } = await createBackend();
  expect(backend.name).toBe('reference');
  expect(report).toEqual({
    name: 'reference',
    simd: false,
    relaxedSimd: false,
    others: [{ name: 'wasm', isAble: false, reason: 'WebAssembly has no SIMD here' }],
  });
});

it('refuses what cannot compute here, and names what can', async () => {
  host('nothing');
  const refused = createBackend('wasm');
  await expect(refused).rejects.toThrow(DataError);
  await expect(refused).rejects.toThrow(
    "backend 'wasm' cannot compute here: WebAssembly has no SIMD here. Expected reference",
  );
  await expect(createBackend('cuda' as BackendName)).rejects.toThrow(/nothing has that name.*reference/);
});
