/** Which part of a dataset is stored. */

/** What is stored: chunks (1, by number in C order of their grid), or so many bytes from the start. */
export type Stored =
  | { readonly kind: 'chunks'; readonly grid: readonly number[]; readonly written: Uint8Array }
  | { readonly kind: 'bytes'; readonly bytes: number; readonly missing: string; readonly isExternal: boolean }
  | { readonly kind: 'all' };
