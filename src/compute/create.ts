/** Finds out what can compute here, and creates it. */
import { DataError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { createReferenceBackend } from './reference/reference.ts';
import { answer } from './shared/answer.ts';
import { wasmSupport, type WasmSupport } from './wasm/kernels.ts';
import { createWasmBackend } from './wasm/wasm.ts';

/** `wasm`: WebAssembly in single precision; `reference`: plain and in double precision, to compare with. */
export type BackendName = 'wasm' | 'reference';

/** What was found. */
export interface BackendReport extends WasmSupport {
  /** What was created. */
  readonly name: BackendName;
  /** The others, the fastest first: whether they could compute here, and why they were not created. */
  readonly others: readonly OtherBackend[];
}

export interface OtherBackend {
  readonly name: BackendName;
  readonly isAble: boolean;
  readonly reason: string;
}

/** A backend, and what was found on the way. */
export interface CreatedBackend {
  readonly backend: Backend;
  readonly report: BackendReport;
}

interface Candidate {
  readonly name: BackendName;
  /** Why it cannot compute here; undefined where it can. */
  readonly obstacle: string | undefined;
  readonly create: () => Backend;
}

/** In the order of their speed. */
function candidates({ simd }: WasmSupport): readonly Candidate[] {
  const obstacle = simd ? undefined : 'WebAssembly has no SIMD here';
  return [
    { name: 'wasm', obstacle, create: createWasmBackend },
    { name: 'reference', obstacle: undefined, create: createReferenceBackend },
  ];
}

/**
 * Creates the backend of that name, or the fastest that can compute here. `dispose` it at the end. Throws `DataError` where the one
 * asked for cannot compute here.
 */
export function createBackend(wanted?: BackendName): Promise<CreatedBackend> {
  return answer(() => {
    const support = wasmSupport();
    const all = candidates(support);
    const able = all.filter(({ obstacle }) => obstacle === undefined);
    const chosen = able.find(({ name }) => wanted === undefined || name === wanted);
    if (chosen === undefined) throw cannot(all, able, wanted);
    const others = all
      .filter(({ name }) => name !== chosen.name)
      .map(({ name, obstacle }) => ({
        name,
        isAble: obstacle === undefined,
        reason: obstacle ?? reasonAgainst(wanted),
      }));
    return { backend: chosen.create(), report: { name: chosen.name, ...support, others } };
  });
}

function reasonAgainst(wanted: BackendName | undefined): string {
  return wanted === undefined ? 'it is slower' : `${wanted} was asked for`;
}

function cannot(
  all: readonly Candidate[],
  able: readonly Candidate[],
  wanted: BackendName | undefined,
): DataError {
  const why = all.find(({ name }) => name === wanted)?.obstacle ?? 'nothing has that name';
  const names = able.map(({ name }) => name).join(' or ');
  return new DataError(`backend '${wanted ?? ''}' cannot compute here: ${why}. Expected ${names}`);
}
