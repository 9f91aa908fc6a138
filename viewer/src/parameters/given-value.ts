/** What somebody typed, as a value: `none`, numbers, true and false, lists and mappings as JSON, else text. */
export function givenValue(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === 'none' || trimmed === 'None') return null;
  try {
    return JSON.parse(trimmed) as unknown;
  } catch {
    return trimmed;
  }
}

const ENGINES = 'engines.';

/** The key of an engine and the name of its parameter; undefined for what a run cannot be asked to change: all else, what is inside of parameters, and which engine it is. */
export function changeable(at: string, name: string): { engine: string; parameter: string } | undefined {
  const parameter = name.slice(at.length + 1);
  if (!at.startsWith(ENGINES) || parameter === 'name' || parameter.includes('.')) return undefined;
  return { engine: at.slice(ENGINES.length), parameter };
}
