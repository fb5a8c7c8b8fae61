import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalData } from '../../src/model/event.ts';
import { type Deceit, figures, short, shortMs, usual } from './made.ts';

const five = { 'stable-time': { target: 0.08 }, throughput: { target: 500 } };
const own = { title: 'Mine', gate: 'performance', weight: 1, key: true, minimumSamples: 100 } as const;
const times = { ...own, metric: 'response_time', statistic: 'p95', comparison: '<', target: 100, unit: 'ms' } as const;
const errors = { ...own, metric: 'error_rate', statistic: 'value', comparison: '<', target: 0.5, unit: '%' } as const;

/** A run with an objective of the user's own, as a configuration comes to. */
const judgedBy = (id: string, objective: object) => ({
  ...short,
  config: { objectives: { ...five, [id]: { id, ...objective } } },
});

const missing = { kind: 'http', status: 404, count: 3, message: 'not there' } as const;
const acme = { tag: 'tenant', value: 'acme', each: 10, medianMs: 30 };
const ofAcme = (objective: object) => ({ ...judgedBy('acme', objective), apart: acme });

const aborted = (reason: string): JournalData => ({
  type: 'shakedown.run.aborted',
  data: { atMs: 61_000, objective: 'mine', reason },
});
/** Readings of a figure that Prometheus was asked for, once a second. */
const readings = (until: number, ...series: string[]): JournalData[] => [
  {
    type: 'shakedown.metrics.described',
    data: {
      metrics: ['', ...series].map((instance) => ({
        ...{
          id: `objective.queue${instance === '' ? '' : `.${instance}`}`,
          title: 'queue',
          kind: 'other',
          unit: 'count',
        },
        ...{ subject: 'target', instance: instance || null, source: 'Prometheus query q', limit: null },
      })) as never,
    },
  },
  ...Array.from(
    { length: until },
    (_, second): JournalData => ({
      type: 'shakedown.metrics.sampled',
      data: { atMs: second * 1000, values: { 'objective.queue': 5 } },
    }),
  ),
  ...figures(shortMs, usual),
];
const queue = {
  ...own,
  metric: 'figure',
  statistic: 'max',
  query: 'q',
  comparison: '<',
  target: 9,
  unit: 'count',
  minimumSamples: 0,
};

const fiveMinutes = {
  name: 'five-minutes',
  title: 'Five minutes',
  gates: ['performance', 'stability', 'parity'],
  objectives: { throughput: { target: 10 }, availability: { target: 99.9 }, 'stable-time': { target: 0.08 } },
};
const trivial = { ...own, metric: 'coverage', statistic: 'value', comparison: '>=', target: 1, unit: '%' } as const;
const table = fiveMinutes.gates.map((gate) => ({ ...trivial, id: gate, gate, minimumSamples: 0 }));

/** What objectives of one's own could pass over. */
export const ofOwn: Deceit[] = [
  {
    what: 'a table of trivial objectives under a policy that names others',
    made: { ...short, medianMs: () => 9000, config: { objectives: table, policy: fiveMinutes } },
    verdict: 'inconclusive',
    because: /throughput, availability and stable-time, which the policy names, are not in the configuration’s table/,
    control: { ...short, config: { policy: fiveMinutes } },
  },
  {
    what: 'an objective for a route that nobody asks for',
    made: judgedBy('search', { ...times, route: 'GET /serach' }),
    verdict: 'inconclusive',
    because: /p95 response time of GET \/serach was not measured: no request of GET \/serach was planned/,
    control: judgedBy('search', { ...times, route: 'GET /products' }),
  },
  {
    what: 'a tenant of 0.2 % of the traffic that is not found three times of ten',
    made: { ...ofAcme({ ...errors, tenant: 'acme', target: 5 }), failures: () => missing },
    verdict: 'fail',
    because: /^Error rate of tenant acme is 30 % against 5 %/,
    control: { ...ofAcme({ ...errors, tenant: 'acme', target: 50 }), failures: () => missing },
  },
  {
    what: 'a tenant of 0.2 % of the traffic whose answers come late',
    made: { ...ofAcme({ ...times, tag: 'tenant:acme' }), apart: { ...acme, medianMs: 150 } },
    verdict: 'fail',
    because: /^p95 response time with tenant:acme is \d+(\.\d+)? ms against 100 ms/,
    control: ofAcme({ ...times, tag: 'tenant:acme' }),
  },
  {
    what: 'a tenant of a route that it does not ask for',
    made: ofAcme({ ...times, tenant: 'acme', route: 'GET /products' }),
    verdict: 'inconclusive',
    because: /no request of GET \/products of tenant acme was planned/,
    control: ofAcme({ ...times, tenant: 'acme', route: 'GET /' }),
  },
  {
    what: 'a tenant that nobody is',
    made: ofAcme({ ...times, tenant: 'acne' }),
    verdict: 'inconclusive',
    because: /of tenant acne was planned: of the recording 600 requests have the tag tenant, none with the value acne/,
  },
  {
    what: 'times of a tenant that were taken out of the log',
    made: ofAcme({ ...times, tenant: 'acme' }),
    tamper: (folder) => {
      const file = join(folder, 'windows', 'response.hlog');
      const taken = readFileSync(file, 'latin1').replace(/Tag=g0,[^\n]*\n/, '');
      writeFileSync(file, taken);
    },
    verdict: 'inconclusive',
    because: /windows\/response\.hlog/,
  },
  {
    what: 'a warm-up as long as the run',
    made: judgedBy('warm', { ...times, excludeFirstS: 300 }),
    verdict: 'inconclusive',
    because: /p95 response time without the first 5 min was not measured/,
    control: judgedBy('warm', { ...times, excludeFirstS: 60 }),
  },
  {
    what: 'a warm-up that hides no slow end',
    made: {
      ...judgedBy('warm', { ...times, target: 60, excludeFirstS: 60 }),
      medianMs: (window) => (window < 30 ? 20 : 45),
    },
    verdict: 'fail',
    because: /^p95 response time without the first 1 min is \d+(\.\d+)? ms against 60 ms/,
    control: { ...judgedBy('warm', { ...times, target: 80, excludeFirstS: 60 }), medianMs: (w) => (w < 12 ? 33 : 30) },
  },
  {
    what: 'half a minute of slow answers, where each half minute must hold',
    made: {
      ...judgedBy('halves', { ...times, target: 150, windowS: 30 }),
      medianMs: (window) => (window >= 21 && window < 24 ? 120 : 20),
    },
    verdict: 'fail',
    because: /^p95 response time was 192 ms in the 30 s from 1 min (30|45) s on, with 36,000 requests/,
    control: judgedBy('halves', { ...times, target: 150, windowS: 30 }),
  },
  {
    what: 'a part that is longer than the run',
    made: judgedBy('hours', { ...times, windowS: 3600 }),
    verdict: 'inconclusive',
    because: /p95 response time in the worst 1 h was not measured: the run has no 1 h/,
    control: judgedBy('hours', { ...times, windowS: 300 }),
  },
  {
    what: 'a run that an objective ended early, and whose rest looks well',
    made: {
      ...short,
      more: [aborted('errors are 6 % against 5 %.'), ...figures(shortMs, usual)],
      interrupted: 'mine failed',
    },
    verdict: 'fail',
    because: /^Errors are 6 % against 5 %\. The run was ended for it after 1 min 1 s of 5 min, as asked\./,
  },
  {
    what: 'a figure of Prometheus that is several series',
    made: { ...judgedBy('queue', queue), more: readings(300, 'shop-1', 'shop-2') },
    verdict: 'inconclusive',
    because: /highest reading of Mine was not measured: it is 3 series and not one/,
    control: { ...judgedBy('queue', queue), more: readings(300) },
  },
  {
    what: 'a figure of Prometheus that is read for the first minute only',
    made: { ...judgedBy('queue', { ...queue, target: 10 }), more: readings(60) },
    verdict: 'inconclusive',
    because: /Mine could not be read for 4 min|figures of the target that were watched went missing/,
    control: { ...judgedBy('queue', { ...queue, target: 10 }), more: readings(300) },
  },
  {
    what: 'an error budget that is spent ten times too fast, below the target of errors',
    made: {
      ...judgedBy('slo', {
        ...own,
        metric: 'burn_rate',
        statistic: 'value',
        sloPercent: 99.995,
        comparison: '<=',
        target: 1,
        unit: 'score',
      }),
      failures: () => ({ kind: 'http', status: 404, count: 3, message: 'no' }),
    },
    verdict: 'fail',
    because: /^Burn rate of the error budget of 99\.995 % over 28 days is 10 against 1/,
    control: {
      ...judgedBy('slo', {
        ...own,
        metric: 'burn_rate',
        statistic: 'value',
        sloPercent: 99.9,
        comparison: '<=',
        target: 1,
        unit: 'score',
      }),
      failures: () => ({ kind: 'http', status: 404, count: 3, message: 'no' }),
    },
  },
  {
    what: 'writes that fail, few among many reads',
    made: {
      ...judgedBy('writes', { ...errors, method: 'POST' }),
      ...{ routes: ['GET /', 'POST /buy'], shares: [0.9, 0.1], failingRoute: 1 },
      failures: () => ({ kind: 'http', status: 409, count: 5, message: 'no' }),
    },
    verdict: 'fail',
    because: /^Error rate of POST is 0\.8\d* % against 0\.5 %/,
    control: {
      ...judgedBy('writes', { ...errors, method: 'POST' }),
      ...{ routes: ['GET /', 'POST /buy'], shares: [0.9, 0.1], failingRoute: 1 },
      failures: () => ({ kind: 'http', status: 409, count: 1, message: 'no' }),
    },
  },
];
