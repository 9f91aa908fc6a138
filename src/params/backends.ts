/** What can compute, by the names of `compute.backend`; alone here, so that the command line shows them without all parameters. */
export const BACKENDS = ['wasm', 'reference'] as const;
