import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { ShakedownError } from '../../src/model/error.ts';
import type { Objective } from '../../src/model/verdict.ts';
import { domains } from '../../src/run/domains.ts';
import { found, judged, resolved } from '../run/results/own.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'thresholds-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const page = readFileSync(new URL('../../docs/objectives.md', import.meta.url), 'utf8');
const example = /## Thresholds of k6[\s\S]*?```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

/** Read from a configuration file with nothing else in it. */
async function read(thresholds: unknown, more: object = {}) {
  const file = join(folder, 'shakedown.config.json');
  writeFileSync(file, JSON.stringify({ target: { sample: {} }, thresholds, ...more }));
  return (await loadConfig({ cwd: folder, file, domains })).config.objectives;
}

const service = { metric: 'service_time', comparison: '<', unit: 'ms', key: true, gate: 'performance' };

test('the example of docs/objectives.md is what its table says', async () => {
  const objectives = await read(parse(example).thresholds);
  expect(objectives).toMatchObject({
    'k6-http-req-duration-p-95': { ...service, statistic: 'p95', target: 200, title: 'http_req_duration: p(95)<200' },
    'k6-http-req-duration-p-99': { ...service, statistic: 'p99', target: 500, abortAfterS: 10 },
    'k6-http-req-duration-name-items-p-95': { ...service, statistic: 'p95', target: 150, route: '/items' },
    'k6-http-req-duration-name-get-items-id-method-get-med': {
      ...{ ...service, statistic: 'p50', target: 50, route: 'GET /items/:id', method: 'GET' },
    },
    'k6-http-req-duration-name-get-items-id-method-get-max': { statistic: 'max', target: 3000 },
    'k6-http-req-failed-rate': { metric: 'error_rate', statistic: 'value', comparison: '<', target: 1, unit: '%' },
  });
  expect(Object.keys(objectives ?? {})).toHaveLength(6);
});

test('tags of traffic.tags narrow them down, and one that it does not have is refused in a line', async () => {
  const traffic = { recording: 'rec', tags: { tenant: { header: 'x-tenant' }, region: { query: 'region' } } };
  const [narrowed, ...more] = Object.values(
    (await read({ 'http_req_duration{tenant:acme,region:eu,name:/items}': ['p(95)<200'] }, { traffic })) ?? {},
  );
  expect(narrowed).toMatchObject({ ...service, statistic: 'p95', tenant: 'acme', tag: 'region:eu', route: '/items' });
  expect(more).toEqual([]);
  await expect(read({ 'http_req_failed{regoin:eu}': ['rate<0.01'] }, { traffic })).rejects.toThrow(
    /^thresholds\."http_req_failed\{regoin:eu\}": "rate<0.01": nothing is counted by the tag regoin, for traffic\.tags does not say where requests have it; did you mean region\?; write name/,
  );
  const own = { metric: 'error_rate', comparison: '<', target: 1 };
  const objectives = { tenants: { ...own, tenant: 'acme' }, both: { ...own, tag: 'region:eu,plan:pro' } };
  await expect(read(undefined, { objectives, traffic: { ...traffic, tags: { region: { path: 1 } } } })).rejects.toThrow(
    /^objectives: "tenants": nothing is counted by the tag tenant[^\n]*\nobjectives: "both": nothing is counted by the tag plan[^\n]*$/,
  );
  await expect(
    read(undefined, { objectives: { own: { ...own, metric: 'fidelity', comparison: '>=', tenant: 'acme' } }, traffic }),
  ).rejects.toThrow(/fidelity is not measured by tenant, so it would be passed over/);
});

test('stand beside objectives of one’s own, and join a table of these', async () => {
  const thresholds = { http_req_duration: ['p(95)<=200', 'p(95)<300'] };
  expect(Object.keys((await read(thresholds, { objectives: { 'response-p95': { target: 80 } } })) ?? {})).toEqual([
    'response-p95',
    'k6-http-req-duration-p-95',
    'k6-http-req-duration-p-95-2',
  ]);
  const own = { id: 'own', metric: 'error_rate', comparison: '<', target: 1 };
  const table = (await read(thresholds, { objectives: [own] })) as Objective[];
  expect(table.map(({ id }) => id)).toEqual(['own', 'k6-http-req-duration-p-95', 'k6-http-req-duration-p-95-2']);
  await expect(
    read(thresholds, { objectives: { 'k6-http-req-duration-p-95': { ...own, id: undefined } } }),
  ).rejects.toThrow(/a threshold has this id/);
});

test.each([
  ['p(100)<9', { statistic: 'max' }],
  ['p(0)<9', { statistic: 'min' }],
  ['p( 99.99 ) <= 1e3', { statistic: 'p99.99', comparison: '<=', target: 1000 }],
  ['avg<.5', { statistic: 'mean', target: 0.5 }],
])('of the grammar of k6: %s', async (text, expected) => {
  expect(Object.values((await read({ http_req_duration: [text] })) ?? {})).toMatchObject([expected]);
});

test.each([
  ['0s', 0],
  ['1m30s', 90],
  ['5000', 5],
  [2500, 2.5],
  [undefined, 0],
])('a run may end after %s', async (delayAbortEval, abortAfterS) => {
  const thresholds = { http_req_failed: [{ threshold: 'rate<0.1', abortOnFail: true, delayAbortEval }] };
  expect(Object.values((await read(thresholds)) ?? {})).toMatchObject([{ abortAfterS }]);
  const [calm] = Object.values(resolved({}, { http_req_failed: [{ threshold: 'rate<0.1' }] }).objectives ?? {});
  expect(calm).not.toHaveProperty('abortAfterS');
});

describe('what cannot be meant exactly is one line, which says what to write', () => {
  test.each<[string, unknown, RegExp]>([
    ['http_req_duration', 'p95<200', /no threshold expression of k6; write it as `p\(95\)<200`/],
    ['http_req_duration', 'p(95)!=200', /must differ.*write it as/],
    ['http_req_duration', 'p(101)<200', /percentiles are 0 to 100.*write it as/],
    ['http_req_duration', 'p(99.99999)<200', /four decimals at the most/],
    ['http_req_duration', 'p(95)>200', /write it with < or <=/],
    ['http_req_duration', 'med==200', /write it with < or <=/],
    ['http_req_duration', 'rate<1', /times have no rate; write p\(95\)/],
    ['http_req_failed', 'rate==0', /no sample shows; write `rate<0\.01`/],
    ['http_req_failed', 'rate<=0', /no sample shows/],
    ['http_req_failed', 'rate<5', /a share of 1.*`rate<0\.01` for 1 %/],
    ['http_req_failed', 'count<5', /judged by their rate/],
    ['http_reqs', 'rate>100', /counts wrong answers too; write `objectives: \{ throughput:/],
    ['http_req_waiting', 'p(95)<9', /not recorded by itself; write it of http_req_duration/],
    ['checks', 'rate>0.9', /checks are of a script; write scenarios/],
    ['my_trend', 'p(95)<9', /no such figure here; .*the metric figure/],
    ['browser_web_vital_lcp', 'p(95)<9', /75th percentile; write `p\(75\)<2500`/],
    ['http_req_duration{expected_response:true}', 'p(95)<9', /the tag expected_response; write name/],
    ['http_req_duration{scenario:buy}', 'p(95)<9', /nothing is counted by the tag scenario/],
    ['http_req_duration{method:get}', 'p(95)<9', /in capitals; write `method:POST`/],
    ['http_req_duration{name:https://shop.example/x}', 'p(95)<9', /as the recording has it; write `name:\/items/],
    ['http_req_duration{name:/x,url:/y}', 'p(95)<9', /a second route; write one/],
    ['http_req_duration{name}', 'p(95)<9', /"name" is no tag with a value; write `http_req_duration\{name:/],
    ['http_req_duration{}', 'p(95)<9', /"" is no tag with a value/],
    ['http_req_duration{name:/x', 'p(95)<9', /braces are not k6’s/],
    [
      'http_req_duration',
      { threshold: 'p(95)<9', abortOnFail: true, delayAbortEval: 'soon' },
      /delayAbortEval: write it/,
    ],
    ['http_req_duration', { threshold: 'p(95)<9', delayAbortEval: -1 }, /delayAbortEval: write it as 10s/],
    ['http_req_duration', { threshold: 'p(95)<9', delayAbortEval: '2d' }, /a day at the most/],
  ])('%s %s', async (key, one, message) => {
    const error = await read({ [key]: [one] }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ShakedownError);
    const { code, message: text } = error as ShakedownError;
    expect(code).toBe('CONFIG_INVALID');
    expect(text).toMatch(message);
    expect(text).toMatch(/^thresholds\./);
    expect(text.split('\n')).toHaveLength(1);
  });

  test('each has a line', async () => {
    const wrong = read({ http_reqs: ['rate>1'], http_req_failed: ['rate<0.1', 'rate<7'] });
    await expect(wrong).rejects.toThrow(/^thresholds\."http_reqs": .*\nthresholds\."http_req_failed": "rate<7": .*$/);
  });

  test.each([
    [{ http_req_duration: 'p(95)<200' }, /thresholds\.http_req_duration: must be a list/],
    [{ http_req_duration: [] }, /thresholds\.http_req_duration/],
    [{ http_req_duration: [{ threshold: 'p(95)<9', abortOnFail: 'true' }] }, /abortOnFail|none of the forms/],
    [{ http_req_duration: [{ threshold: 'p(95)<9', abortOnFial: true }] }, /not known|none of the forms/],
  ])('another shape than k6’s: %j', async (thresholds, message) => {
    await expect(read(thresholds)).rejects.toThrow(message);
  });
});

test('a run is judged by them: k6’s time is from sending on, and each is judged as its own', async () => {
  const results = await judged({}, {}, undefined, {
    http_req_duration: ['p(95)<1000', 'max<1'],
    'http_req_duration{name:/checkout}': ['p(95)<1000'],
    http_req_failed: ['rate<0.01'],
  });
  expect(found(results, 'k6-http-req-duration-p-95')).toMatchObject({ verdict: 'pass', subject: 'p95 service time' });
  // In the made logs a request is sent a fiftieth of its response time after it was planned.
  const [own, planned] = ['k6-http-req-duration-p-95', 'response-p95'].map((id) => found(results, id).value ?? 0);
  expect(own).toBeCloseTo(0.98 * (planned as number), 0);
  expect(own).toBeLessThan(planned as number);
  expect(found(results, 'k6-http-req-duration-max').verdict).toBe('fail');
  expect(found(results, 'k6-http-req-duration-name-checkout-p-95')).toMatchObject({
    subject: 'p95 service time of /checkout',
  });
  expect(found(results, 'k6-http-req-failed-rate')).toMatchObject({ verdict: 'pass', subject: 'error rate' });
});
