/** Plain values as YAML and JSON give them: what they are, and how messages show them. */

/** A mapping of names to values, as opposed to a list, a number, text or none. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** None in any spelling: null, an empty entry, the text `None`. */
export function isNone(value: unknown): boolean {
  return value === null || value === undefined || value === 'None' || value === '';
}

/** A value as it is shown in a message: short, one line, text in quotes. */
export function describeValue(value: unknown, limit = 60): string {
  const shown = show(value);
  return shown.length > limit ? `${shown.slice(0, limit - 1)}…` : shown;
}

function show(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (ArrayBuffer.isView(value)) return 'a typed array';
  if (isMapping(value)) {
    const members = Object.entries(value).map(([name, member]) => `${name}: ${show(member)}`);
    return `{${members.join(', ')}}`;
  }
  return `a ${typeof value}`;
}
