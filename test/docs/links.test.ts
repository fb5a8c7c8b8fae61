import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { configuredProfiles, documents, textOf } from './written.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
/** What `npm pack` takes without being asked, too. */
const packed = [...files, 'README.md', 'LICENSE', 'package.json'];
const pages = documents().filter((path) => path.endsWith('.md'));

/** As GitHub makes them of headings. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm);
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
  return new Set(Array.from(headings, ([, heading = '']) => slug(heading)));
}

/** What is wrong with the links of a page within the project. */
function brokenLinks(path: string, text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '`code`');
  const targets = [
    ...Array.from(prose.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g), ([, target = '']) => target),
    ...Array.from(text.matchAll(/(?:src|srcset)="([^"]+)"/g), ([, target = '']) => target),
  ];
  return targets.flatMap((target) => {
    const [file = '', anchor] = target.split('#');
    const to = file === '' ? path : normalize(join(dirname(path), file)).replace(/\/$/, '');
    if (!existsSync(join(root, to))) return [`${path}: ${target} is not there`];
    if (!packed.some((one) => to === one || to.startsWith(`${one}/`)))
      return [`${path}: ${target} is not in the package`];
    if (anchor === undefined || statSync(join(root, to)).isDirectory()) return [];
    return anchorsOf(textOf(to)).has(anchor) ? [] : [`${path}: ${target} names no heading`];
  });
}

test('every link within the project leads somewhere, in a clone and in the package', () => {
  expect(pages.length).toBeGreaterThan(40);
  expect(pages.flatMap((path) => brokenLinks(path, textOf(path)))).toEqual([]);
});

/** What is wrong with the documents that a source names: `docs/ci.md`. Addresses of others are none. */
function brokenNames(path: string, text: string): string[] {
  return Array.from(text.matchAll(/(?<![\w./-])docs\/[\w/-]+\.(?:md|ya?ml)\b/g), ([name]) => name)
    .filter((name) => !existsSync(join(root, name)))
    .map((name) => `${path}: ${name} is not there`);
}

test('every document that a source, a message or a page names is there', () => {
  const folders = ['src', 'chaos', 'uat', 'reports/templates', 'reports/policies', '.github'];
  const sources = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|m?js|json|hbs|ya?ml)$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  expect(sources.length).toBeGreaterThan(900);
  expect([...sources, 'action.yml'].flatMap((path) => brokenNames(path, textOf(path)))).toEqual([]);
  const named = 'docs/none.md; see docs/ci.md, https://example.com/docs/far.md and `docs/pipelines/none.yml`.';
  expect(brokenNames('a.ts', named)).toEqual([
    'a.ts: docs/none.md is not there',
    'a.ts: docs/pipelines/none.yml is not there',
  ]);
});

test.each([
  ['[a](nowhere.md)', 'is not there'],
  ['[a](../test/house/law.ts)', 'is not in the package'],
  ['[a](objectives.md#nothing-such)', 'names no heading'],
  ['<img src="../reports/assets/none.png">', 'is not there'],
])('would notice: %s', (text, said) => {
  expect(brokenLinks('docs/a.md', text)).toEqual([expect.stringContaining(said)]);
});

test('links in code are none', () => {
  expect(brokenLinks('docs/a.md', '`[a](b)`\n```\n[a](b)\n```\n')).toEqual([]);
});

test('the index leads to every page', () => {
  const index = textOf('docs/README.md');
  const inDocs = pages.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
  expect(inDocs.filter((path) => !index.includes(`(${path.slice('docs/'.length)}`))).toEqual([]);
});

test('README is small, and its configuration and that of the first steps name a profile that init writes', () => {
  expect(Buffer.byteLength(textOf('README.md'))).toBeLessThanOrEqual(8192);
  for (const path of ['README.md', 'docs/getting-started.md']) {
    const { named, written } = configuredProfiles(textOf(path));
    expect(named, path).not.toEqual([]);
    expect(
      named.filter((name) => !written.includes(name)),
      path,
    ).toEqual([]);
  }
});
