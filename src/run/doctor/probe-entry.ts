/** The process of one probe: looks, sends what it found, and ends. */
import { messageOf } from '../../errors.ts';
import { MpiLibrary } from '../../parallel/mpi-library.ts';
import type { Answer, GpuAdapter, Probes } from './probes.ts';

/** As much of the package `webgpu` and of the standard as is asked here. */
interface WebGpu {
  readonly create: (options: readonly string[]) => {
    requestAdapter(options: { readonly powerPreference: string }): Promise<Adapter | null>;
  };
}

interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
  readonly limits: { readonly maxBufferSize: number };
}

const LOOK: { readonly [N in keyof Probes]: (parameters: readonly string[]) => Promise<Probes[N]> } = {
  esbuild: async () => {
    const { transform, version } = await import('esbuild');
    // The package may be there without its program for this machine.
    await transform('let one: number = 1', { loader: 'ts' });
    return { version };
  },
  koffi: async () => ({ version: (await import('koffi')).default.version }),
  webgpu: async () => ({ adapters: await adapters() }),
  mpi: async (files) => {
    const { flavour, file, version } = await MpiLibrary.load(files);
    return { flavour, file, version };
  },
};

/** Not declared as a dependency: 130 MB that no run needs. */
const WEBGPU = 'webgpu';

/** The fast one and the frugal one, if these are two. */
async function adapters(): Promise<readonly GpuAdapter[]> {
  const { create } = (await import(/* @vite-ignore */ WEBGPU)) as WebGpu;
  const gpu = create([]);
  const found = new Map<string, GpuAdapter>();
  for (const powerPreference of ['high-performance', 'low-power']) {
    const adapter = await gpu.requestAdapter({ powerPreference });
    if (adapter === null) continue;
    const { vendor, architecture, description, isFallbackAdapter = false } = adapter.info;
    const { maxBufferSize: maxBufferBytes } = adapter.limits;
    const about = { vendor, architecture, description, isSoftware: isFallbackAdapter, maxBufferBytes };
    found.set(JSON.stringify(about), about);
  }
  // What `create` returns must outlive what comes from it.
  Object.assign(globalThis, { gpu });
  return [...found.values()];
}

function isMissing(error: unknown, name: string): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' && messageOf(error).includes(`'${name}'`);
}

async function look(name: keyof Probes, parameters: readonly string[]): Promise<Answer<unknown>> {
  try {
    return { kind: 'found', value: await LOOK[name](parameters) };
  } catch (error) {
    return isMissing(error, name) ? { kind: 'missing' } : { kind: 'failed', reason: messageOf(error) };
  }
}

const [name, ...parameters] = process.argv.slice(2);
const answer = await look(name as keyof Probes, parameters);
// Libraries may keep threads that would go on.
process.send?.(answer, () => {
  process.exit(0);
});
