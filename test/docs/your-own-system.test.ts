import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { configuration } from '../../src/domains/chaos/configuration.ts';
import { faultProblems } from '../../src/domains/chaos/experiment/fault-rules.ts';
import { loadExperiment } from '../../src/domains/chaos/experiment/load.ts';
import { requireFaults } from '../../src/domains/chaos/experiment/require.ts';
import { faults } from '../../src/domains/chaos/faults/index.ts';
import { configuredComponents } from '../../src/domains/chaos/run/components.ts';
import { domains } from '../../src/run/domains.ts';

const folder = mkdtempSync(join(tmpdir(), 'shakedown-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const page = readFileSync(fileURLToPath(new URL('../../docs/your-own-system.md', import.meta.url)), 'utf8');
const snippets = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const isExperiment = (text: string) => /^method:/m.test(text);
const configurations = snippets.filter((text) => !isExperiment(text));

async function configOf(text: string) {
  const file = join(folder, 'shakedown.config.yaml');
  writeFileSync(file, text);
  return (await loadConfig({ cwd: folder, file, domains, replays: false })).config;
}

test('has configurations and experiments', () => {
  expect(configurations).toHaveLength(5);
  expect(snippets.filter(isExperiment)).toHaveLength(4);
});

test.each(configurations)('a configuration is valid: %s', async (text) => {
  const { chaos, target } = await configOf(text);
  expect(Object.keys(chaos.components).length + (chaos.ledger === null ? 0 : 1)).toBeGreaterThan(0);
  expect(() => configuredComponents(chaos, target.allowHosts)).not.toThrow();
});

test.each(snippets.filter(isExperiment))('an experiment is valid with the components of the page: %s', async (text) => {
  const file = join(folder, 'experiment.yaml');
  writeFileSync(file, text);
  const experiment = await loadExperiment(file);
  expect(faultProblems(experiment, faults)).toEqual([]);
  const { chaos } = await configOf(configurations[0] ?? '');
  expect(() => requireFaults([experiment], configuredComponents(chaos, []))).not.toThrow();
});

test('every kind of component is in the table with each of its fields, and the faults named for it are for it', () => {
  const options = JSON.stringify(configuration.examples[0]?.chaos?.components);
  const rows = [...page.matchAll(/^\| `(\w+)` \| .* \| (.*) \| (.*) \|$/gm)];
  const shown = configuration.schemas.chaos.parse({ components: JSON.parse(options) }).components;
  for (const one of Object.values(shown)) {
    const row = rows.find(([, kind]) => kind === one.kind);
    expect(row, one.kind).toBeDefined();
    const fields = Object.keys(one).filter((name) => name !== 'kind' && name !== 'affectedPercent');
    expect(
      fields.filter((name) => !row?.[2]?.includes(`\`${name}\``)),
      one.kind,
    ).toEqual([]);
    const named = [...(row?.[3] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name]) =>
      faults.find((fault) => fault.name === name),
    );
    const kinds = one.kind === 'container' ? ['container', 'process', 'namespace'] : [one.kind];
    expect(named.every((fault) => fault?.on.some((kind) => kinds.includes(kind)))).toBe(true);
  }
});

test('the text of each experiment is a whole of its own', () => {
  for (const text of snippets) expect(parse(text)).toBeTypeOf('object');
});
