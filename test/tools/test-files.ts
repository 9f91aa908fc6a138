/** Files of tests, from the root of the project. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

export function testFiles(): string[] {
  return ['kernels', 'src', 'test', join('viewer', 'src')].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((file) => file.endsWith('.test.ts')),
  );
}

/** Of these, those whose source holds `text`. */
export function filesWith(text: string, files: readonly string[]): string[] {
  return files.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes(text));
}
