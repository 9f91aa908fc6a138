/** What computes. */
import type { BackendName } from '../../compute/create.ts';
import { findBackend } from '../backend.ts';
import type { Finding } from './finding.ts';

const KINDS: Readonly<Record<BackendName, { readonly found: string; readonly means: string }>> = {
  wasm: {
    found: 'WebAssembly in single precision',
    means: 'runs use it by default',
  },
  reference: {
    found: 'JavaScript in double precision',
    means: 'about 20 times slower; use --backend reference to check results',
  },
};

export async function backends(): Promise<Finding[]> {
  const { backend, report } = await findBackend();
  backend.dispose();
  const { name, simd, relaxedSimd, others } = report;
  const one = (each: BackendName, obstacle?: string): Finding => ({
    topic: 'backend',
    name: `backend ${each}`,
    isThere: obstacle === undefined,
    found: obstacle ?? KINDS[each].found,
    means: obstacle === undefined ? KINDS[each].means : `runs need --backend ${name}`,
    install: obstacle === undefined ? null : 'a newer Node, or one for this processor',
    details: { backend: each },
  });
  return [
    one(name),
    ...others.map((other) => one(other.name, other.isAble ? undefined : other.reason)),
    {
      topic: 'simd',
      name: 'SIMD',
      isThere: simd,
      found: simd ? 'yes' : 'no',
      means: simd ? 'wasm computes four numbers at a time' : 'wasm cannot compute',
      install: simd ? null : 'a newer Node, or one for this processor',
      details: {},
    },
    {
      topic: 'relaxed simd',
      name: 'relaxed SIMD',
      isThere: relaxedSimd,
      found: relaxedSimd ? 'yes' : 'no',
      means: relaxedSimd
        ? 'wasm multiplies and adds in one instruction'
        : 'wasm multiplies and adds in two instructions: runs are a little slower',
      install: relaxedSimd ? null : 'a newer Node',
      details: {},
    },
  ];
}
