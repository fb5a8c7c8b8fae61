import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadExperiment } from '../../../../src/domains/chaos/experiment/load.ts';
import { startTestServer, type TestServer } from '../../../conformance/chaos/server.ts';
import { action, http, hypothesis, probe, program, startTrial, type Trial } from './trial.ts';

let trial: Trial;
let server: TestServer;
beforeAll(async () => {
  trial = await startTrial();
  server = await startTestServer();
});
afterAll(async () => {
  await server.close();
  await trial.end();
});

test('an unknown provider, and all else that is wrong, is told at once with where it is', async () => {
  const wrong = trial.run({ method: [action('x', { type: 'pigeon' }), { type: 'deed', name: 'y' }], tags: [''] });
  await expect(wrong).rejects.toMatchObject({ code: 'EXPERIMENT_INVALID' });
  const { message } = (await wrong.catch((error: Error) => error)) as Error;
  expect(message).toMatch(
    /\n {2}method\[0\] "x": unknown provider type "pigeon"; there are http, process, python, node\n/,
  );
  expect(message).toMatch(/\n {2}method\[1\] "y": "deed" is not a type of activity/);
  expect(message).toMatch(/\n {2}tags: /);
});

test.each([
  ['two.yaml', 'title: a\n---\ntitle: b\n', 'EXPERIMENT_SYNTAX', /holds 2 YAML documents/],
  ['broken.json', '{"title": ', 'EXPERIMENT_SYNTAX', /is no JSON/],
  ['broken.yaml', 'title: [a\n', 'EXPERIMENT_SYNTAX', /line 2/],
  ['empty.yaml', '', 'EXPERIMENT_INVALID', /an empty experiment/],
  ['experiment.txt', 'title: a', 'EXPERIMENT_FILE', /no \.json, \.yaml or \.yml/],
  ['large.json', ' '.repeat(2 ** 21 + 1), 'EXPERIMENT_FILE', /it has 3 MB, more than 2/],
  [
    'laughs.yaml',
    `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${[1, 2, 3, 4, 5, 6]
      .map(
        (n) =>
          `a${n}: &a${n} [${Array(9)
            .fill(`*a${n - 1}`)
            .join(', ')}]`,
      )
      .join('\n')}\n`,
    'EXPERIMENT_SYNTAX',
    /alias/,
  ],
])('%s', async (name, text, code, message) => {
  const file = join(trial.folder, name);
  await writeFile(file, text);
  await expect(loadExperiment(file)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('where the steady state is not there to begin with, nothing is done and nothing is shown', async () => {
  const { journal, result } = await trial.run({
    ...hypothesis(probe('status', http(`${server.url}/gate/health`), 204)),
    method: [action('break it', http(`${server.url}/gate/break`, { method: 'POST' }))],
  });
  expect(result).toMatchObject({ status: 'completed', deviated: false, verdict: 'inconclusive' });
  expect(result.reason).toMatch(/not there to begin with: status: 200 is not 204/);
  expect(journal.run).toEqual([]);
});

test('a probe that hangs fails after the time that is given to those without one', async () => {
  const hanging = probe('hangs', http(`${server.url}/hang/hang`), 200);
  const { result } = await trial.run({ ...hypothesis(hanging) }, { defaultTimeoutMs: 100 });
  expect(result).toMatchObject({ status: 'failed', verdict: 'inconclusive' });
  expect(result.hypothesis?.checks).toMatchObject([{ met: false, deviating: expect.stringMatching(/took too long/) }]);
  const sleeping = probe('sleeps', program('sleep', '60'), 0);
  expect((await trial.run(hypothesis(sleeping), { defaultTimeoutMs: 100 })).result.status).toBe('failed');
});

test('a hypothesis that cannot fail is warned of, and a pass says so itself', async () => {
  const method = [action('touch', program('touch', join(trial.folder, 'there')))];
  const seen = probe('there', program('ls', join(trial.folder, 'there')), 0);
  const of = (own: object) => trial.run({ ...hypothesis(own), method: [...method, seen] });
  trial.told.length = 0;
  const weak = (await of(probe('constant', program('true'), 0))).result;
  const said = 'the program true gives the same whatever becomes of what is tested: let a probe ask that.';
  expect(weak.cautions).toEqual([`steady-state-hypothesis.probes[0] "constant": ${said}`]);
  expect(weak).toMatchObject({ verdict: 'pass', reason: expect.stringContaining(said) });
  expect(trial.told.filter((one) => one.includes(said))).not.toEqual([]);
  await rm(join(trial.folder, 'there'));
  const strong = (await of(probe('answers', http(`${server.url}/status/200`), 200))).result;
  expect(strong.verdict).toBe('pass');
  expect(strong.cautions).toBeUndefined();
  expect(strong.reason).not.toMatch(/shows little/);
});

test('a rollback that fails is reported, and the next one is played', async () => {
  const back = action('back', program('true'));
  const { journal, result } = await trial.run({
    ...hypothesis(probe('fine', program('true'), 0)),
    rollbacks: [action('refused', http('http://127.0.0.1:9/')), back],
  });
  expect(journal.rollbacks.map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  expect(result).toMatchObject({ status: 'completed', verdict: 'inconclusive' });
  expect(result.reason).toMatch(/The rollback "refused" failed: .*ECONNREFUSED/);
});

test('a host that is not allowed is never contacted: before anything is done, or when redirected to', async () => {
  const touched = join(trial.folder, 'touched');
  const refused = trial.run({
    configuration: { host: 'shop.example.com' },
    method: [action('touch', program('touch', touched)), action('out', http('http://$' + '{host}/'))],
  });
  await expect(refused).rejects.toMatchObject({
    code: 'EXPERIMENT_HOST',
    exitCode: 2,
    message: expect.stringMatching(/shop\.example\.com/),
  });
  await expect(loadExperiment(touched)).rejects.toMatchObject({ code: 'EXPERIMENT_FILE' });
  const { journal } = await trial.run({ method: [action('away', http(`${server.url}/away/elsewhere`))] });
  expect(journal.run[0]).toMatchObject({
    status: 'failed',
    exception: [expect.stringMatching(/not-allowed\.invalid may not be contacted/)],
  });
});

test('what an experiment needs and is not there is told before anything is done', async () => {
  const python = { type: 'python', module: 'chaosk8s.pod.actions', func: 'terminate_pods', arguments: {} };
  const environment = { PATH: '/nowhere' };
  await expect(trial.run({ method: [action('pods', python)] }, { environment })).rejects.toMatchObject({
    code: 'EXPERIMENT_NEEDS',
    hint: expect.stringMatching(/pip install chaostoolkit/),
  });
  const latency = { type: 'node', module: 'shakedown', func: 'latency', arguments: { component: 'x' } };
  await expect(trial.run({ method: [action('late', latency)] })).rejects.toMatchObject({ code: 'EXPERIMENT_NEEDS' });
  const vault = { g: { token: { type: 'vault', path: 'a/b' } } };
  await expect(trial.run({ secrets: vault })).rejects.toMatchObject({ code: 'EXPERIMENT_VAULT' });
});

test('modules outside of the folder of the experiment are not loaded', async () => {
  const own = { type: 'node', module: '../../../../usr/lib/os.mjs', func: 'f', arguments: {} };
  const linked = { type: 'node', module: '/etc/hostname', func: 'f', arguments: {} };
  const { journal } = await trial.run({ method: [action('outside', own), action('absolute', linked)] });
  expect(journal.run.map(({ status }) => status)).toEqual(['failed', 'failed']);
  expect(journal.run[1]?.exception?.[0]).toMatch(/outside the folder/);
});

test('names of an experiment make no line of their own, whatever they hold', async () => {
  const name = 'out\nFAKE \u2714 PASS\n  FAKE';
  const shop = http('http://shop.example.com/');
  const latency = { type: 'node', module: 'shakedown', func: name, arguments: { component: name } };
  const method = [action(name, shop)];
  const file = join(trial.folder, 'forged.json');
  const invalid = { title: 't', description: 'd', method: [{ type: name, name, provider: { type: name } }] };
  await writeFile(file, JSON.stringify(invalid));
  const broken = join(trial.folder, 'forged-broken.json');
  await writeFile(broken, `{"title": ${name}`);
  const left = { ...action(name, shop), controls: [{ name, provider: { type: 'python', module: 'x' } }] };
  for (const refused of [
    () => trial.run({ method }),
    () => trial.run({ method: [action(name, latency)] }),
    () => trial.run({ method: [left] }),
    () => loadExperiment(file),
    () => loadExperiment(broken),
  ]) {
    const { message = '' } = (await refused().catch((error: Error) => error)) as Error;
    expect(message).toContain('FAKE');
    expect(message).not.toMatch(/^\s*FAKE/m);
  }
});
