import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { configurationRules } from '../../src/config/schema.ts';
import { domains } from '../../src/run/domains.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Error codes in the source: what a ShakedownError is made with, what is printed as one, and every other text that looks like a code of the
 * same family, for some are chosen from a table.
 */
function codesOf(sources: readonly string[]): Set<string> {
  const all = (pattern: RegExp) =>
    sources.flatMap((text) => Array.from(text.matchAll(pattern), ([, code = '']) => code));
  const made = all(/ShakedownError\(\s*'([A-Z][A-Z0-9_]+)'/g).concat(all(/bold\('([A-Z][A-Z0-9_]+)'\)/g));
  const families = new Set(made.filter((code) => code.includes('_')).map((code) => code.split('_')[0]));
  const others = all(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g).filter((code) => families.has(code.split('_')[0]));
  return new Set([...made, ...others]);
}

test('every error code has one line in docs/troubleshooting.md, and no line is of a code that is gone', async () => {
  const paths = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const sources = paths
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(root, 'src', path), 'utf8'));
  const codes = codesOf(sources);
  // What is wrong before any of the sources can be loaded.
  const entry = readFileSync(join(root, 'bin/shakedown.mjs'), 'utf8');
  for (const [, code = ''] of entry.matchAll(/error ([A-Z][A-Z_]+):/g)) codes.add(code);
  expect(codes.size).toBeGreaterThan(100);
  // Files that keys may name in place of their value have a code by the key.
  const { files } = await configurationRules(domains, { hasObjectives: false });
  for (const key of Object.keys(files)) codes.add(`${key.toUpperCase()}_INVALID`);
  const text = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
  const rows = Array.from(text.matchAll(/^\| `([A-Z0-9_]+)` \| [^|]+\. \| [^|]+\. \|$/gm), ([, code = '']) => code);
  expect(rows.toSorted()).toEqual([...codes].toSorted());
  for (const section of text.split('\n## ').slice(1)) {
    const own = Array.from(section.matchAll(/^\| `([A-Z0-9_]+)`/gm), ([, code = '']) => code);
    expect(own).toEqual(own.toSorted());
  }
});
