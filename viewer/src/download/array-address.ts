/** Where an array is found. */

/** Relative to the page's own address, so that it holds below any prefix. */
export function arrayAddress(query: Readonly<Record<string, string | number | null>>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === null ? [] : [[name, String(value)]],
  );
  return `api/array.npy?${new URLSearchParams(given)}`;
}
