import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Imported } from '../../../src/config/objectives-import/imported.ts';
import { readObjectives } from '../../../src/config/objectives-import/read.ts';
import { resolved } from '../../run/results/own.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads files of these texts; what comes out must be a configuration. */
async function imported(...texts: string[]): Promise<Imported> {
  const files = texts.map((text, i) => {
    const file = join(folder, `${i}.yaml`);
    writeFileSync(file, text);
    return file;
  });
  const found = await readObjectives(files);
  resolved(found.objectives);
  return found;
}

describe('thresholds of k6', () => {
  const thresholds = (of: object) => imported(JSON.stringify({ vus: 5, thresholds: of }));

  test('become changes to default objectives, and objectives of one’s own', async () => {
    const { objectives, notes } = await thresholds({
      http_req_duration: [
        'p(95)<200',
        'p(99.5) <= 400',
        { threshold: 'avg<90', abortOnFail: true, delayAbortEval: '10s' },
      ],
      'http_req_duration{route:/x,method:get}': ['med<50', 'max<3000'],
      'http_req_duration{name:https://shop.example/p/${}?a=1}': ['p(90)<60'],
      http_req_failed: ['rate<0.01'],
      http_reqs: ['rate>100'],
      browser_web_vital_lcp: ['p(75) < 2500'],
    });
    expect(objectives).toEqual({
      'response-p95': { comparison: '<', target: 200 },
      'k6-http-req-duration-p-99.5': { metric: 'response_time', statistic: 'p99.5', comparison: '<=', target: 400 },
      'k6-http-req-duration-avg': {
        metric: 'response_time',
        statistic: 'mean',
        comparison: '<',
        target: 90,
        abortAfterS: 10,
      },
      'k6-http-req-duration-route-x-method-get-med': {
        ...{ metric: 'response_time', statistic: 'p50', comparison: '<', target: 50, route: '/x', method: 'GET' },
      },
      'k6-http-req-duration-route-x-method-get-max': {
        ...{ metric: 'response_time', statistic: 'max', comparison: '<', target: 3000, route: '/x', method: 'GET' },
      },
      'k6-http-req-duration-name-https-shop.example-p-a-1-p-90': {
        ...{ metric: 'response_time', statistic: 'p90', comparison: '<', target: 60, route: '/p/:id' },
      },
      'error-rate': { comparison: '<', target: 1 },
      throughput: { comparison: '>', target: 100 },
      'k6-browser-web-vital-lcp-p-75': {
        ...{ metric: 'web_vital', vital: 'LCP', unit: 'ms', minimumSamples: 20, comparison: '<', target: 2500 },
      },
    });
    expect(notes).toContainEqual(expect.stringMatching(/^http_req_duration became response_time/));
  });

  test.each([
    ['checks', 'rate>0.9', /checks are of a script/],
    ['http_reqs', 'count>1000', /a count depends on the length of the run/],
    ['http_req_waiting', 'p(95)<100', /not recorded by itself/],
    ['my_trend', 'p(95)<100', /metric figure/],
    ['http_req_duration{scenario:buy}', 'p(95)<100', /nothing is counted by the tag scenario/],
    ['http_req_duration', 'p(95)!=100', /cannot be an objective/],
    ['http_req_duration', 'p95<100', /no threshold expression/],
    ['http_req_duration', 'rate<100', /times have no rate/],
    ['http_req_duration', 'p(101)<100', /percentiles are 0 to 100/],
    ['http_req_duration{checkout}', 'p(95)<100', /"checkout" is no tag with a value/],
    ['http_req_duration{name:/x,url:/y}', 'p(95)<100', /names a second path/],
  ])('not converted: %s %s', async (metric, text, why) => {
    const { objectives, notes } = await thresholds({ [metric]: [text], http_req_failed: ['rate<0.02'] });
    expect(Object.keys(objectives)).toEqual(['error-rate']);
    expect(notes).toContainEqual(expect.stringMatching(why));
    expect(notes.join('\n')).toContain(`${metric}: ${text} is not converted`);
  });

  test.each([
    [{ abortOnFail: true, delayAbortEval: 'soon' }, /does not end a run: delayAbortEval: write it as/],
    [{ abortOnFail: true, delayAbortEval: '10' }, 0.01],
    [{ abortOnFail: true, delayAbortEval: '0s' }, 0],
    [{ abortOnFail: true }, 0],
    [{ abortOnFail: 'yes' }, /abortOnFail is not true or false/],
    [{ abortOnFail: false, delayAbortEval: 'soon' }, null],
  ])('no run ends at a time that was not read: %j', async (abort, expected) => {
    const { objectives, notes } = await thresholds({ http_req_failed: [{ threshold: 'rate<0.02', ...abort }] });
    const isNumber = typeof expected === 'number';
    expect(objectives).toEqual({
      'error-rate': { comparison: '<', target: 2, ...(isNumber ? { abortAfterS: expected } : {}) },
    });
    if (expected instanceof RegExp) expect(notes).toContainEqual(expect.stringMatching(expected));
    else expect(notes.join('\n')).not.toMatch(/end a run/);
  });

  test('two of one figure are both kept', async () => {
    const { objectives } = await thresholds({ http_req_duration: ['p(95)<200', 'p(95)<=300'] });
    expect(Object.keys(objectives)).toEqual(['response-p95', 'k6-http-req-duration-p-95']);
  });
});

test('Keptn’s pass and warning become warn and target, against earlier runs too', async () => {
  const slo = `
spec_version: '1.0'
comparison: { compare_with: several_results, number_of_comparison_results: 3, aggregate_function: avg }
objectives:
  - sli: response_time_p95
    displayName: Response time
    pass: [{ criteria: ["<=+10%", "<600"] }]
    warning: [{ criteria: ["<=800"] }]
    weight: 2
    key_sli: true
  - { sli: queue, pass: [{ criteria: ["<50"] }] }
  - { sli: info }
  - { sli: either, pass: [{ criteria: ["<5"] }, { criteria: ["<6"] }] }
  - { sli: unknown, pass: [{ criteria: ["<5"] }] }
  - { sli: tenant, pass: [{ criteria: ["<5"] }] }
total_score: { pass: "95%", warning: "75%" }`;
  const sli = `
indicators:
  queue: sum(increase(jobs[$DURATION_SECONDS]))
  either: up
  tenant: up{service="$SERVICE"}`;
  const { objectives, notes } = await imported(slo, sli);
  const common = { title: 'Response time', metric: 'response_time', statistic: 'p95', weight: 2, key: true };
  expect(objectives).toEqual({
    'response-time-p95-change': { ...common, comparison: '<=', target: 10, comparedWith: 'median' },
    'response-time-p95': { ...common, comparison: '<=', target: 800, warn: 600 },
    queue: {
      ...{ title: 'queue', metric: 'figure', query: 'sum(increase(jobs[5m]))', weight: 1, key: false },
      ...{ comparison: '<', target: 50 },
    },
  });
  for (const why of [
    /^info .*only shown/,
    /^either .*any of several/,
    /^unknown .*sli\.yaml/,
    /^tenant .*\$SERVICE/,
    /95% is not converted/,
  ])
    expect(notes).toContainEqual(expect.stringMatching(why));
});

test('Sloth’s budgets become burn rates, their alerts, and what Prometheus says', async () => {
  const { objectives, notes } = await imported(`
version: "prometheus/v1"
service: shop
slos:
  - name: requests-availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_total[{{.window}}]))
    alerting: { name: A }
  - name: requests-latency
    objective: 99
    sli:
      events:
        error_query: sum(rate(t_count[{{ .window }}])) - sum(rate(t_bucket{le="0.4"}[{{.window}}]))
        total_query: sum(rate(t_count[{{.window}}]))
    alerting: { page_alert: { disable: true }, ticket_alert: { disable: true } }
  - { name: freshness, objective: 95, sli: { raw: { error_ratio_query: "stale:ratio" } } }
  - { name: wrong, objective: 100, sli: {} }`);
  expect(objectives['requests-availability']).toMatchObject({ metric: 'burn_rate', sloPercent: 99.9, overDays: 30 });
  expect(objectives['requests-availability-alerts']).toMatchObject({
    metric: 'burn_alerts',
    comparison: '=',
    target: 0,
  });
  expect(objectives['requests-availability-prometheus']).toMatchObject({
    query: '(sum(rate(http_total{code=~"5.."}[5m]))) / (sum(rate(http_total[5m])))',
    ...{ metric: 'figure', statistic: 'mean', comparison: '<=', target: 0.001 },
  });
  expect(objectives['requests-latency']).toMatchObject({ statistic: 'share above 400 ms', sloPercent: 99 });
  expect(Object.keys(objectives).filter((id) => id.startsWith('freshness'))).toEqual(['freshness-prometheus']);
  expect(notes).toContainEqual(expect.stringMatching(/^wrong is not converted/));
});

test('OpenSLO: ratios, thresholds, and SLIs that are referred to', async () => {
  const source = (query: string, type = 'Prometheus') =>
    `{ metricSource: { type: ${type}, spec: { query: '${query}' } } }`;
  const { objectives, notes } = await imported(`
apiVersion: openslo/v1
kind: SLI
metadata: { name: ok }
spec: { ratioMetric: { counter: true, good: ${source('sum(rate(r{code!~"5.."}[5m]))')}, total: ${source('sum(rate(r[5m]))')} } }
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: available, displayName: Available }
spec:
  indicatorRef: ok
  timeWindow: [{ duration: 4w, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.995 }]
  alertPolicies: [{ alertPolicyRef: page }]
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: quick }
spec:
  indicator: { spec: { thresholdMetric: ${source('latency_ms')} } }
  timeWindow: [{ duration: 1M, isRolling: false }]
  budgetingMethod: Timeslices
  objectives: [{ op: lte, value: 300, targetPercent: 99 }]
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: elsewhere }
spec: { indicator: { spec: { thresholdMetric: ${source('SELECT 1', 'Redshift')} } }, objectives: [{ op: lte, value: 3, target: 0.9 }] }
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: lost }
spec: { indicatorRef: nowhere, objectives: [{ target: 0.9 }] }`);
  expect(objectives.available).toMatchObject({
    title: 'Available',
    metric: 'burn_rate',
    sloPercent: 99.5,
    overDays: 28,
  });
  expect(objectives['available-alerts']).toMatchObject({ metric: 'burn_alerts' });
  expect(objectives['quick-prometheus']).toMatchObject({
    query: '1 - ((latency_ms) <= bool 300)',
    ...{ statistic: 'mean', comparison: '<=', target: 0.01 },
  });
  for (const why of [/^quick: slices/, /^elsewhere.*not PromQL/, /^lost is not converted/])
    expect(notes).toContainEqual(expect.stringMatching(why));
});

test('Argo’s AnalysisTemplate: conditions on what Prometheus gives', async () => {
  const metric = (name: string, more: string, query = 'up') => `
    - { name: ${name}, ${more}, provider: { prometheus: { address: "http://prometheus:9090", query: '${query}' } } }`;
  const { objectives, notes } = await imported(`
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
spec:
  args: [{ name: service, value: shop }, { name: later }]
  metrics:${metric('success', 'successCondition: "result[0] >= 0.95 && result[0] <= 1", failureLimit: 3', 'ok{s="{{args.service}}"}')}${metric('errors', 'failureCondition: "result >= 10"')}${metric('open', 'successCondition: "result > 1"', 'x{s="{{ args.later }}"}')}${metric('code', 'successCondition: "default(result, 0) > 1"')}
    - { name: job, provider: { job: {} } }`);
  expect(objectives).toEqual({
    success: {
      title: 'success',
      metric: 'figure',
      query: 'ok{s="shop"}',
      comparison: '>=',
      target: 0.95,
      unit: 'score',
    },
    'success-2': {
      title: 'success',
      metric: 'figure',
      query: 'ok{s="shop"}',
      comparison: '<=',
      target: 1,
      unit: 'score',
    },
    errors: { title: 'errors', metric: 'figure', query: 'up', comparison: '<', target: 10, unit: 'score' },
  });
  for (const why of [
    /^success: failureLimit 3/,
    /^open .*args\.later/,
    /^code .*more than a comparison/,
    /^job .*not job/,
    /watch\.prometheus\.url/,
  ])
    expect(notes).toContainEqual(expect.stringMatching(why));
});

test.each([
  ['something else', 'a: 1', /holds no objectives of a known form/],
  ['no YAML', 'a: [', /cannot be read/],
  ['nothing', '', /holds no objectives|is empty/],
])('refused: %s', async (_, text, problem) => {
  await expect(imported(text)).rejects.toThrow(problem);
});
