import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load.ts';
import type { Domain } from '../../src/domains/domain.ts';
import { ShakedownError } from '../../src/model/error.ts';
import { domains } from '../../src/run/domains.ts';
import { judgings } from '../../src/run/results/fold.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (name: string, content: string) => writeFile(join(folder, name), content);
const minimal = "{ target: { baseUrl: 'http://127.0.0.1:8080/' }, traffic: { recording: 'load/traffic/x' } }";

async function failure(overrides?: Parameters<typeof loadConfig>[0]['overrides']): Promise<ShakedownError> {
  const error = await loadConfig({ domains, cwd: folder, overrides }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ShakedownError);
  return error as ShakedownError;
}

test('without a file the sample system and its recording are used', async () => {
  const { config, file } = await loadConfig({ domains, cwd: folder });
  expect(file).toBeNull();
  expect(config.target.sample).toEqual({ defects: '', version: 'v2.1.0' });
  expect(config.target.baseUrl).toBeNull();
  expect(config.load.writes).toBe('recorded');
  expect(config.reports.folder).toBe(join(folder, 'reports/runs'));
});

test('fills in defaults, makes paths absolute, allows the host of the base URL', async () => {
  await write(
    'shakedown.config.ts',
    `import { defineConfig } from 'shakedown';\nexport default defineConfig(${minimal});`,
  );
  const { config, file } = await loadConfig({ domains, cwd: folder });
  expect(file).toBe(join(folder, 'shakedown.config.ts'));
  expect(config.traffic.recording).toBe(join(folder, 'load/traffic/x'));
  expect(config.target).toMatchObject({
    baseUrl: 'http://127.0.0.1:8080',
    allowHosts: ['127.0.0.1:8080'],
    sample: null,
  });
  expect(config.load).toEqual({
    mode: 'loop',
    scale: 1,
    speed: 1,
    seed: 1,
    writes: 'safe',
    shape: { kind: 'flat', points: [] },
  });
});

test.each([
  ['TypeScript in a CommonJS project', 'ts', `const x: number = 1;\nexport default ${minimal};`],
  ['top-level await', 'mts', `const x: number = await Promise.resolve(1);\nexport default ${minimal};`],
  ['CommonJS', 'js', `module.exports = ${minimal};`],
  ['ES module', 'mjs', `export default ${minimal};`],
  ['YAML', 'yaml', 'target: { baseUrl: "http://127.0.0.1:8080" }\ntraffic: { recording: load/traffic/x }'],
  ['JSON', 'json', '{"target":{"baseUrl":"http://127.0.0.1:8080"},"traffic":{"recording":"load/traffic/x"}}'],
])('reads %s', async (_, end, content) => {
  await write(`shakedown.config.${end}`, content);
  const { config } = await loadConfig({ domains, cwd: folder });
  expect(config.target.baseUrl).toBe('http://127.0.0.1:8080');
});

test('artifacts of the command line take the place of declared ones of the same name', async () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  await write(
    'shakedown.config.yaml',
    `target: { sample: {} }
artifacts: [{ name: shop, digest: "${digest('a')}" }, { name: worker, digest: "${digest('b')}" }]
`,
  );
  const overrides = { artifacts: [{ name: 'shop', digest: digest('c') }] };
  const { config } = await loadConfig({ domains, cwd: folder, overrides });
  expect(config.artifacts).toEqual([
    { name: 'worker', digest: digest('b') },
    { name: 'shop', digest: digest('c') },
  ]);
});

test('tells every problem in a line of its own, with its path and what was meant', async () => {
  await write(
    'shakedown.config.yaml',
    `targt: {}
target: { baseUrl: "ftp://x", allowHost: [a], hosts: { "https://a/b": null }, healthPath: 3 }
traffic: {}
profile: { mod: recorded, shape: nope }
objectives: { p95: { targt: 3 } }
engine: { prefer: k7 }
__proto__: { a: 1 }
`,
  );
  const { code, message, exitCode } = await failure();
  expect([code, exitCode]).toEqual(['CONFIG_INVALID', 2]);
  expect(message.split('\n').slice(1).sort()).toEqual(
    [
      '  __proto__: not known',
      '  engine.prefer: must be auto, k6, autocannon, kubernetes, k6-operator, not "k7"',
      '  objectives.p95.targt: not known; did you mean target?',
      '  profile.mod: not known; did you mean mode?',
      '  profile.shape: must be flat, day, ramp, spike or a list of [share of the run 0…1, factor] points',
      '  target.allowHost: not known; did you mean allowHosts?',
      '  target.baseUrl: must be an http:// or https:// URL without user, query or fragment',
      '  target.healthPath: must be a string, not 3',
      '  target.hosts."https://a/b": must be an origin, such as https://shop.example.com',
      '  targt: not known; did you mean target?',
      '  traffic.recording: missing; must be a string',
    ].sort(),
  );
});

test.each([
  ['syntax of a module', 'ts', 'export const x: = 1;', 'CONFIG_SYNTAX', /shakedown\.config\.ts:1:16/],
  ['syntax of YAML', 'yaml', 'target:\n  - [', 'CONFIG_SYNTAX', /line \d/],
  ['syntax of JSON', 'json', '{"target": ', 'CONFIG_SYNTAX', /JSON/],
  ['a YAML bomb', 'yaml', bomb(), 'CONFIG_SYNTAX', /alias/i],
  ['a module that throws', 'mjs', 'throw new Error("no VPN")', 'CONFIG_SYNTAX', /no VPN/],
  [
    'a getter that throws',
    'mjs',
    'export default { target: { get sample() { throw new Error("no VPN"); } } };',
    'CONFIG_SYNTAX',
    /reading target\.sample fails: no VPN/,
  ],
  ['a BigInt', 'mjs', 'export default { load: { seed: 7n } };', 'CONFIG_INVALID', /load\.seed: is a BigInt/],
  [
    'an object that holds itself',
    'mjs',
    'const own = {}; own.objectives = [own]; export default own;',
    'CONFIG_INVALID',
    /objectives\.0: holds itself/,
  ],
  [
    'a system without traffic',
    'yaml',
    'target: { baseUrl: "http://a" }',
    'CONFIG_INVALID',
    /traffic\.recording: missing/,
  ],
  [
    'a digest that is none',
    'yaml',
    'target: { sample: {} }\nartifacts: [{ name: shop, digest: "sha256:abc" }]',
    'CONFIG_INVALID',
    /artifacts\.0\.digest.*must be sha256: and 64 hexadecimal digits/s,
  ],
  ['both targets', 'yaml', 'target: { baseUrl: "http://a", sample: {} }', 'CONFIG_INVALID', /either baseUrl/],
  [
    'a mapped host that is not allowed',
    'yaml',
    'target: { baseUrl: "http://a", hosts: { "http://shop.test": "http://b:81" } }\ntraffic: { recording: x }',
    'CONFIG_INVALID',
    /http:\/\/b:81 is not an allowed host/,
  ],
  [
    'a change to an objective that is not there',
    'yaml',
    'target: { sample: {} }\nobjectives: { response-p96: { target: 80 } }',
    'CONFIG_INVALID',
    /"response-p96": no default objective has this id; did you mean response-p9\d\?/,
  ],
  [
    'a version that the sample does not have',
    'yaml',
    'target: { sample: {} }\nversion: v9',
    'CONFIG_INVALID',
    /the sample system has no version "v9"/,
  ],
  [
    'writes that are not allowed',
    'yaml',
    'target: { baseUrl: "http://a" }\ntraffic: { recording: x }\nprofile: { writes: recorded }',
    'CONFIG_INVALID',
    /safe methods only/,
  ],
  [
    'a header that would end the header',
    'json',
    '{"target":{"baseUrl":"http://a","headers":{"x-a":"b\\r\\nhost: c"}},"traffic":{"recording":"x"}}',
    'CONFIG_INVALID',
    /target\.headers\.x-a: must not hold control characters/,
  ],
])('refuses %s', async (_, end, content, code, message) => {
  await write(`shakedown.config.${end}`, content);
  const error = await failure();
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
});

test('two files leave it open which one is meant', async () => {
  await write('shakedown.config.json', '{}');
  await write('shakedown.config.yaml', '');
  expect((await failure()).code).toBe('CONFIG_AMBIGUOUS');
});

test('a named file that is not there is not replaced by another', async () => {
  await write('shakedown.config.yaml', 'target: { sample: {} }');
  await expect(loadConfig({ domains, cwd: folder, file: 'other.yaml' })).rejects.toMatchObject({
    code: 'CONFIG_NOT_FOUND',
  });
});

test('the command line goes over the profile, the profile over defaults', async () => {
  await mkdir(join(folder, 'load'));
  await write('load/peak.yaml', 'scale: 3\nshape: [[1, 2], [0, 0.5]]\nseed: 9\n');
  await write('shakedown.config.json', JSON.stringify({ target: { sample: {} }, profile: 'load/peak.yaml' }));
  const overrides = {
    'profile.seed': 4,
    'profile.ratePerSecond': 50,
    version: 'v2.0.0',
    'target.sample.version': null,
    'target.sample.defects': 'slow=250',
  };
  const { config } = await loadConfig({ domains, cwd: folder, overrides });
  expect(config.load).toMatchObject({ scale: 3, seed: 4, ratePerSecond: 50 });
  expect(config.load.shape.points).toEqual([
    [0, 0.5],
    [1, 2],
  ]);
  expect(config.target.sample).toEqual({ defects: 'slow=250', version: 'v2.0.0' });
});

test('every objective that the gates can judge by can be changed', async () => {
  const ids = new Set((await judgings()).flatMap(({ judging }) => (judging.allObjectives ?? []).map(({ id }) => id)));
  expect([...ids]).toEqual(
    expect.arrayContaining(['response-p95', 'capacity', 'regression', 'recovery', 'harmed-writes']),
  );
  const changes = Object.fromEntries([...ids].map((id) => [id, { weight: 2 }]));
  await write('shakedown.config.json', JSON.stringify({ target: { sample: {} }, objectives: changes }));
  const { config } = await loadConfig({ domains, cwd: folder });
  expect(config.objectives).toEqual(changes);
});

test('an objective may be of any gate and metric that a domain has', async () => {
  const own = (gate: string, metric: string) => ({
    ...{ id: `my-${gate}`, title: gate, gate, metric, statistic: 'value', comparison: '>', target: 1, unit: '/s' },
    ...{ weight: 1, key: false, minimumSamples: 0 },
  });
  const gates = domains.flatMap((domain) => (domain.gates ?? []).map(({ id }) => id));
  expect(gates).toContain('scalability');
  const objectives = gates.map((gate) => own(gate, 'capacity'));
  await write('shakedown.config.json', JSON.stringify({ target: { sample: {} }, objectives }));
  expect((await loadConfig({ domains, cwd: folder })).config.objectives).toEqual(objectives);
  await write(
    'shakedown.config.json',
    JSON.stringify({ target: { sample: {} }, objectives: [own('weather', 'rain')] }),
  );
  expect((await failure()).message).toMatch(
    /objectives\.0\.gate: must be .*scalability.*\n.*objectives\.0\.metric: must be/,
  );
});

test('a domain has keys of its own; one that was called otherwise before says what it is called now', async () => {
  const schemas = {
    sea: z
      .strictObject({ tideHours: z.number().default(12), ships: z.array(z.strictObject({})).default([]) })
      .prefault({}),
  };
  const sea: Domain = {
    id: 'sea',
    configuration: async () => ({
      schemas,
      examples: [],
      renamed: { 'sea.ebb': 'sea.tideHours', 'sea.ships.*.sail': 'sea.ships.*.rig' },
      resolve: ({ sea }, { at }) => ({ sea: { ...(sea as object), log: at('log') } }) as object,
    }),
  };
  const load = () => loadConfig({ domains: [...domains, sea], cwd: folder });
  await write('shakedown.config.json', JSON.stringify({ target: { sample: {} }, sea: { ships: [] } }));
  expect((await load()).config).toMatchObject({ sea: { tideHours: 12, ships: [], log: join(folder, 'log') } });
  await write(
    'shakedown.config.json',
    JSON.stringify({ target: { sample: {} }, sea: { ebb: 6, ships: [{ sail: 1 }] } }),
  );
  const error = await load().catch((thrown: Error) => thrown);
  expect((error as Error).message.split('\n').slice(1).sort()).toEqual([
    '  sea.ebb: is now called sea.tideHours',
    '  sea.ships.0.sail: is now called sea.ships.0.rig',
  ]);
});

test('keys and objectives of earlier versions are refused with the name that they have now', async () => {
  const given = { engine: { relayS: 60 }, honesty: { maxVoidShare: 0.2 } };
  await write('shakedown.config.json', JSON.stringify({ target: { sample: {} }, ...given }));
  expect((await failure()).message).toMatch(/engine.relayS: is now called engine.handOverS/);
  expect((await failure()).message).toMatch(/honesty.maxVoidShare: is now called honesty.maxInvalidShare/);
  const objectives = { 'void-windows': { target: 40 } };
  await write('shakedown.config.json', JSON.stringify({ target: { sample: {} }, objectives }));
  expect((await failure()).message).toMatch(/did you mean invalid-windows\?/);
});

test('a profile with a mistake is named', async () => {
  await write('peak.yaml', 'scle: 3\n');
  await write('shakedown.config.json', JSON.stringify({ target: { sample: {} }, profile: 'peak.yaml' }));
  const { code, message } = await failure();
  expect(code).toBe('PROFILE_INVALID');
  expect(message).toContain(`${join(folder, 'peak.yaml')} is not valid:\n  scle: not known; did you mean scale?`);
});

test('--target over the sample takes nothing of the sample along, and needs traffic of its own', async () => {
  expect((await failure({ 'target.baseUrl': 'http://127.0.0.1:1' })).message).toMatch(/traffic\.recording: missing/);
  const overrides = { 'target.baseUrl': 'http://127.0.0.1:1', 'traffic.recording': join(folder, 'r') };
  const { config } = await loadConfig({ domains, cwd: folder, overrides });
  expect(config.target).toMatchObject({ sample: null, baseUrl: 'http://127.0.0.1:1' });
  expect(config.load.writes).toBe('safe');
  expect(config.name).toBe('127.0.0.1:1');
});

function bomb(): string {
  const levels = Array.from(
    { length: 12 },
    (_, i) =>
      `a${i}: &a${i} [${Array(10)
        .fill(i === 0 ? 'x' : `*a${i - 1}`)
        .join(', ')}]`,
  );
  return levels.join('\n');
}

test.each([
  ['a key twice', '{ "target": { "sample": {} }, "version": "a", "version": "b" }', 'CONFIG_SYNTAX'],
  ['__proto__ among free names', '{ "target": { "sample": {} }, "objectives": { "__proto__": {} } }', 'CONFIG_INVALID'],
  ['a name of every object', '{ "target": { "sample": {} }, "objectives": { "constructor": {} } }', 'CONFIG_INVALID'],
])('%s in JSON is refused', async (_, text, code) => {
  await write('shakedown.config.json', text);
  const found = await failure();
  expect(found.code).toBe(code);
  expect(found.message).not.toContain('function');
});
