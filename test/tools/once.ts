/**
 * What several tests share, made when the first of them asks: `beforeEach(once(make))` is a `beforeAll` in which a test can be
 * skipped for want of a peer.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
