import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runInProcess } from '../../../cli/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'shakedown-validate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, content: string) => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const config = (components: object, more: object = {}) =>
  write(
    'shakedown.config.json',
    JSON.stringify({ name: 'mine', target: { baseUrl: 'http://127.0.0.1:9' }, chaos: { components }, ...more }),
  );
const victim = { kind: 'process', pidFile: '/run/victim.pid' };
const redis = { kind: 'link', proxy: 'redis', listen: '127.0.0.1:16379', upstream: '127.0.0.1:6379' };
const up = { name: 'up', type: 'probe', tolerance: 200, provider: { type: 'http', url: 'http://127.0.0.1:9/' } };
const fault = (name: string, func: string, given: object) => ({
  ...{ type: 'action', name, provider: { type: 'node', module: 'shakedown', func, arguments: given } },
});
const experiment = (name: string, method: object[], more: object = {}) =>
  write(
    name,
    JSON.stringify({
      ...{ title: name, description: 'd', 'steady-state-hypothesis': { title: 'up', probes: [up] }, method },
      ...more,
    }),
  );
const stop = (component: string) => fault('stop it', 'process-stop', { component, seconds: 2 });
const validate = (...args: string[]) => runInProcess(['chaos', 'validate', ...args]);

test('every error of every file is reported, each with file, place and what to do', async () => {
  const file = config({ victim, redis });
  const bad = experiment(
    'bad.json',
    [
      stop('redsi'),
      fault('slow it', 'latency', { component: 'victim', delayMs: 5 }),
      fault('abort', 'http-abort', { component: 'redis', route: '/**', answer: '503' }),
      { type: 'action', name: 'elsewhere', provider: { type: 'http', url: 'http://198.51.100.7/x' } },
      { type: 'action', name: 'what' },
    ],
    {
      configuration: {
        key: { type: 'env', key: 'SHAKEDOWN_NOT_SET_1' },
        other: { type: 'env', key: 'SHAKEDOWN_NOT_SET_2' },
      },
    },
  );
  const other = experiment('other.json', [stop('nobody')]);
  const { code, stdout } = await validate('--config', file, bad, other);
  expect(code).toBe(1);
  const said = stdout.split('\n').filter((line) => line !== '');
  for (const expected of [
    `${bad}: method[4] "what": an activity requires a provider.`,
    `${bad}: method[2] "abort": http-abort: answer: wanted is a whole number from 400 to 599, or "reset".`,
    `${bad}: method[0] "stop it": process-stop: the configuration names no component "redsi", so it is not touched. It can be done to victim.`,
    `${bad}: method[1] "slow it": latency is not for "victim", a process. It can be done to redis.`,
    `${bad}: configuration.key: the environment variable SHAKEDOWN_NOT_SET_1 is not set. Set it, or give it a default.`,
    `${bad}: configuration.other: the environment variable SHAKEDOWN_NOT_SET_2 is not set. Set it, or give it a default.`,
    `${bad}: method[3] "elsewhere" is to contact 198.51.100.7, which is not among the allowed hosts.`,
    `${other}: method[0] "stop it": process-stop: the configuration names no component "nobody"`,
  ]) {
    expect(said.filter((line) => line.includes(expected)).length, `${expected}\n${stdout}`).toBe(1);
  }
  expect(said).toHaveLength(8);
});

test('what is right passes, with what the command line adds', async () => {
  const file = config({ victim, redis });
  const right = experiment(
    'right.json',
    [stop('victim'), { type: 'action', name: 'elsewhere', provider: { type: 'http', url: 'http://198.51.100.7/x' } }],
    { configuration: { key: { type: 'env', key: 'SHAKEDOWN_NOT_SET_1', default: 'x' } } },
  );
  expect((await validate('--config', file, right)).code).toBe(1);
  const { code, stdout } = await validate('--config', file, '--allow-host', '198.51.100.7', right);
  expect(stdout).toBe(`✔ ${right} right.json\n`);
  expect(code).toBe(0);
});

test('a configuration that is not valid ends with 2, and what is wrong with experiments is reported all the same', async () => {
  const bad = experiment('bad.json', [fault('abort', 'http-abort', { component: 'redis', answer: 1 })]);
  const broken = await validate('--config', config({ victim: { kind: 'processs' } }), bad);
  expect(broken.code).toBe(2);
  expect(broken.stdout).toMatch(/shakedown\.config\.json.*chaos\.components\.victim/s);
  expect(broken.stdout).toContain(`${bad}: method[0] "abort": http-abort: answer: wanted is`);
  const elsewhere = (upstream: string) => ({ ...redis, toxiproxyUrl: `http://${upstream}` });
  const file = config({ a: elsewhere('198.51.100.7:8474'), b: elsewhere('198.51.100.8:8474'), victim });
  const hosts = await validate('--config', file, experiment('right.json', [stop('victim')]));
  expect(hosts.code).toBe(2);
  expect(hosts.stdout).toMatch(/✖ .*chaos\.components\.a: 198\.51\.100\.7:8474 is not in target\.allowHosts\. Add it/);
  expect(hosts.stdout).toMatch(/✖ .*chaos\.components\.b: 198\.51\.100\.8:8474 is not in target\.allowHosts\. Add it/);
  expect(hosts.stdout).toContain('✔');
});

const text = { type: 'regex', target: 'body' };
const program = (path: string, ...given: string[]) => ({ type: 'process', path, arguments: given });
test.each([
  ['no probe', [], 'it has no probe'],
  ['a pattern that is in every text', [{ ...up, tolerance: { ...text, pattern: '.*' } }], 'accepts every text'],
  ['the same, anchored', [{ ...up, tolerance: { ...text, pattern: '^.*$' } }], 'accepts every line of text'],
  ['an empty alternative', [{ ...up, tolerance: { ...text, pattern: 'ok|' } }], 'accepts every text'],
  [
    'every status',
    [{ ...up, tolerance: { type: 'range', range: [0, 999], target: 'status' } }],
    'accepts every status, so it fails only where there is no answer',
  ],
  [
    'a range without end',
    [{ ...up, tolerance: { type: 'range', range: [-1e308, 1e308] }, provider: program('cat', '/proc/loadavg') }],
    'accepts every number, so it cannot fail',
  ],
  ['the whole of a document', [{ ...up, tolerance: { type: 'jsonpath', path: '$' } }], 'as $ is always there'],
  [
    'a program that is always the same',
    [{ ...up, tolerance: 0, provider: program('true') }],
    'the program true gives the same',
  ],
  [
    'a shell that is always the same',
    [{ ...up, tolerance: 0, provider: program('sh', '-c', 'exit 0') }],
    'the program sh gives the same',
  ],
])('a hypothesis that cannot fail is warned of: %s', async (_, probes, said) => {
  const weak = experiment('weak.json', [stop('victim')], { 'steady-state-hypothesis': { title: 'weak', probes } });
  const { code, stdout } = await validate('--config', config({ victim }), weak);
  expect(stdout).toContain(said);
  expect(stdout).toMatch(/^! .*weak\.json: steady-state-hypothesis.*: warning: /m);
  expect(code).toBe(0);
});

test.each([
  ['a status', { ...up }],
  ['a pattern', { ...up, tolerance: { ...text, pattern: '^ok' } }],
  ['a pattern that an error does not match', { ...up, tolerance: { ...text, pattern: '^(?!.*fatal)' } }],
  ['some text', { ...up, tolerance: { ...text, pattern: '.+' } }],
  ['few letters', { ...up, tolerance: { ...text, pattern: '^[a-z]*$' } }],
  ['a range', { ...up, tolerance: { type: 'range', range: [0, 500] }, provider: program('cat', '/proc/loadavg') }],
  ['a range with an end', { ...up, tolerance: { type: 'range', range: [1, 1e308] }, provider: program('cat', '/x') }],
  ['a program that looks', { ...up, tolerance: 0, provider: program('sh', '-c', 'echo $(cat /run/state)') }],
  ['a path', { ...up, tolerance: { type: 'jsonpath', path: '$.ok' } }],
  ['a program that is given what is found elsewhere', { ...up, tolerance: 0, provider: program('echo', '$state') }],
])('a hypothesis that can fail is not: %s', async (_, probe) => {
  const file = experiment('strong.json', [stop('victim')], {
    'steady-state-hypothesis': { title: 'strong', probes: [probe] },
  });
  const { stdout } = await validate('--config', config({ victim }), file);
  expect(stdout).toBe(`✔ ${file} strong.json\n`);
});

test('a host that an experiment may not contact ends chaos run with 2, as other configuration does', async () => {
  const out = experiment('out.json', [
    { type: 'action', name: 'elsewhere', provider: { type: 'http', url: 'http://198.51.100.7/x' } },
  ]);
  const journal = join(folder, 'journal.json');
  const { code, stderr } = await runInProcess(['chaos', 'run', '--journal-path', journal, '--config', config({}), out]);
  expect(stderr).toContain('EXPERIMENT_HOST');
  expect(code).toBe(2);
});
