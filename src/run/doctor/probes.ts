/**
 * Probes look at what is not part of this package: libraries and packages that may be there, and of any make. Each works in a process
 * of its own, so that one that crashes or hangs takes nothing along.
 */
import { fork } from 'node:child_process';
import { messageOf } from '../../errors.ts';

/** A GPU, or what passes for one. */
export interface GpuAdapter {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Computed by the processor. */
  readonly isSoftware: boolean;
  readonly maxBufferBytes: number;
}

export interface MpiFound {
  readonly flavour: string;
  readonly file: string;
  readonly version: string;
}

/** What each probe looks for. */
export interface Probes {
  esbuild: { readonly version: string };
  koffi: { readonly version: string };
  webgpu: { readonly adapters: readonly GpuAdapter[] };
  /** The first of the libraries that can be loaded. */
  mpi: MpiFound;
}

export type Answer<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly reason: string };

const PROBE = new URL('./probe-entry.js', import.meta.url);
/** Drivers of GPUs may take seconds to start. */
const PATIENCE_MS = 20_000;

/** Never throws: what goes wrong is an answer. `parameters` are those of the probe. */
export function ask<N extends keyof Probes>(
  name: N,
  parameters: readonly string[] = [],
): Promise<Answer<Probes[N]>> {
  return new Promise((resolve) => {
    const probe = fork(PROBE, [name, ...parameters], { stdio: 'ignore', timeout: PATIENCE_MS });
    const fail = (reason: string): void => {
      resolve({ kind: 'failed', reason });
    };
    probe.on('message', (answer) => {
      resolve(answer as Answer<Probes[N]>);
    });
    probe.on('error', (error) => {
      fail(messageOf(error));
    });
    // What it sent may come after its end.
    const end = (): void => {
      const { exitCode, signalCode } = probe;
      if (probe.connected || (exitCode === null && signalCode === null)) return;
      if (probe.killed) fail(`no answer within ${PATIENCE_MS / 1000} s`);
      else fail(`it ended its process with ${signalCode ?? `code ${exitCode ?? 0}`}`);
    };
    probe.on('exit', end);
    probe.on('disconnect', end);
  });
}
