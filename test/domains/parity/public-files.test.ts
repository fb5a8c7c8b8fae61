import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readYamlOrJson } from '../../../src/domains/parity/descriptor/bounded-file.ts';
import type { Gatherer } from '../../../src/domains/parity/descriptor/gatherer.ts';
import { secretKey } from '../../../src/domains/parity/descriptor/secrets.ts';
import { gatherCompose } from '../../../src/domains/parity/sources/compose/compose.ts';
import { gatherTerraform } from '../../../src/domains/parity/sources/terraform/show.ts';

/** Holds clones of hashicorp/terraform-json (MPL-2.0) as `terraform-json` and of compose-spec/compose-go (Apache-2.0) as `compose-go`. */
const folder = process.env.SHAKEDOWN_PARITY_FILES ?? '';
const isThere = folder !== '' && existsSync(folder);
const why = isThere ? '' : ' (SHAKEDOWN_PARITY_FILES names no folder with clones)';
const about = { capturedAt: '2026-11-29T00:00:00Z', key: secretKey('a key of a test only') };

const filesIn = (at: string, pattern: RegExp) =>
  isThere
    ? readdirSync(join(folder, at), { recursive: true, withFileTypes: true })
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => pattern.test(path))
        .sort()
    : [];

/** Every value of a document, as text. */
function values(document: unknown): string[] {
  if (Array.isArray(document)) return document.flatMap(values);
  if (typeof document === 'object' && document !== null) return Object.values(document).flatMap(values);
  return document === null || document === undefined ? [] : [String(document)];
}

/** What of a document is in no item: neither as it is, nor as a hash. */
function lost(document: unknown, gatherer: Gatherer): string[] {
  const hashed = new Set<string>();
  const kept: string[] = [];
  for (const [key, { value, secret }] of gatherer.items) {
    if (secret) hashed.add(String(value));
    else kept.push(...[value].flat().map(String));
    // `NAME=value` of a list is a key and a value.
    kept.push(key, `${key.split('/').at(-1)}=${String(value)}`);
  }
  const all = kept.join('\n');
  return values(document).filter(
    (text) => !all.includes(text.replaceAll('$$', '$')) && !hashed.has(about.key.hash(text)),
  );
}

/** Files that are no environment, and why each is not read. */
const noState: Record<string, RegExp> = {
  'testdata/invalid/state.json': /is not JSON/,
  'testdata/invalid/plan.json': /is not JSON/,
  'testdata/actions/plan.json': /no resource/,
};

describe.runIf(isThere)(`files of terraform-json${why}`, () => {
  it.each(
    filesIn('terraform-json', /\/(state|plan[^/]*)\.json$/).map((path) => [
      path.slice(join(folder, 'terraform-json/').length),
    ]),
  )('%s is read without loss, or refused in one line', async (name) => {
    const reads = async () => {
      const document = await readYamlOrJson(join(folder, 'terraform-json', name), 'The file');
      return { document, gatherer: gatherTerraform(document, { ...about, what: name }) };
    };
    if (noState[name] !== undefined) {
      await expect(reads()).rejects.toThrow(noState[name]);
      return;
    }
    const { document, gatherer } = await reads();
    const shown = document as { values?: object; planned_values?: object };
    const content = shown.planned_values ?? shown.values;
    const resources = JSON.stringify(content).match(/"values":/g)?.length ?? 0;
    expect(lost(attributesOf(content), gatherer)).toEqual([]);
    expect(gatherer.items.size).toBeGreaterThanOrEqual(resources === 0 ? 1 : 2);
  });
});

/** Values of resources and outputs: what describes them is in keys. */
function attributesOf(content: unknown): unknown[] {
  if (typeof content !== 'object' || content === null) return [];
  const { outputs, root_module, resources, child_modules, values: own } = content as Record<string, unknown>;
  return [
    ...Object.values((outputs ?? {}) as Record<string, { value: unknown }>).map(({ value }) => value),
    ...[own].filter((each) => each !== undefined),
    ...[root_module, resources, child_modules].flat().flatMap(attributesOf),
  ];
}

describe.runIf(isThere)(`files of compose-go${why}`, () => {
  const names = filesIn('compose-go', /testdata\/.*\.ya?ml$/).map((path) => [
    path.slice(join(folder, 'compose-go/').length),
  ]);
  it.each(names)('%s is read without loss, or refused in one line', async (name) => {
    const path = join(folder, 'compose-go', name);
    let document: unknown;
    let gatherer: Gatherer;
    try {
      document = await readYamlOrJson(path, 'The file');
      gatherer = gatherCompose(document, { ...about, what: name });
    } catch (error) {
      // A file to be included by others, of no service, or with tags that only Compose knows.
      expect((error as Error).message).toMatch(/names no service|is no Compose file|is not YAML/);
      expect((error as Error).message).not.toContain('\n');
      refused.push(name);
      return;
    }
    // A variable is not resolved; an image is taken apart into its name and its tag.
    const texts = [...gatherer.items.values()].map(({ value }) => String(value));
    const isSplit = (text: string) => text.includes(':') && text.split(':').every((part) => texts.includes(part));
    expect(lost(document, gatherer).filter((text) => !/\$\{?\w/.test(text) && !isSplit(text))).toEqual([]);
  });
  const refused: string[] = [];
  it('refuses few of them', () => expect(refused.length, refused.join(', ')).toBeLessThan(5));
});
