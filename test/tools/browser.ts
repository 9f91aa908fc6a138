/** Headless Chromium for tests of pages, and what axe finds in them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { peer } from './peer.ts';

/** With WebGL in software. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: peer('Chromium'),
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/**
 * What axe finds that keeps people from using the page, in words; `part` as axe takes it, the whole without. By `evaluate`, because
 * policies block further scripts.
 */
export async function seriousViolations(
  page: Page,
  part: { readonly include?: readonly string[]; readonly exclude?: readonly string[] } = {},
): Promise<string[]> {
  await page.evaluate(AXE);
  const run = `axe.run(${JSON.stringify({ include: [['html']], ...part })})`;
  const found = await page.evaluate<{ readonly violations: readonly Violation[] }>(run);
  return found.violations.flatMap(({ id, impact, nodes }) =>
    impact === 'serious' || impact === 'critical' ? [`${impact} ${id}: ${nodes[0].html}`] : [],
  );
}

/** What a page complains of from now on: errors in its console, blocked scripts, styles and requests among them, and those that nothing caught. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  return complaints;
}
