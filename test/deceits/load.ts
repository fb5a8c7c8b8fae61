import type { MadeRun } from '../run/results/run-folder.ts';
import { type Deceit, day, second, short } from './made.ts';

const error = (count: number) => ({ kind: 'http', status: 500, count, message: 'no' }) as const;
const missing = (count: number) => ({ kind: 'http', status: 404, count, message: 'not there' }) as const;
const rare = [0.9995, 0.0005];

/** So few, so long: what they show of percentiles is how they scatter. */
const fifteen: MadeRun = { ...short, windows: 15, windowMs: 20 * second, samples: 200 };

/** What averages over the run hide. */
export const ofLoad: Deceit[] = [
  {
    what: 'a route of 0.05 % of the traffic that always fails',
    made: { ...short, shares: rare, failingRoute: 1, failures: () => error(3) },
    verdict: 'fail',
    because: /status 500 of GET \/products/,
    control: { ...short, shares: rare, failingRoute: 1, failures: (window) => (window === 7 ? error(1) : null) },
  },
  {
    what: 'a route of 0.05 % of the traffic that is never found',
    made: { ...short, shares: rare, failingRoute: 1, failures: () => missing(3) },
    verdict: 'fail',
    because: /^GET \/products failed 180 of 180 requests/,
    control: { ...short, shares: [0.9, 0.1], failingRoute: 1, failures: () => missing(3) },
  },
  {
    what: 'a route of 1 % of the traffic whose p95 is 15 s',
    made: { ...short, shares: [0.9992, 0.0008], routeMedianMs: (route) => (route === 1 ? 9000 : 30) },
    verdict: 'fail',
    because: /^p95 response time of GET \/products is 1\d,\d+ ms; no route’s may be above 200 ms/,
    control: { ...short, shares: [0.99, 0.01], routeMedianMs: (route) => (route === 1 ? 70 : 30) },
  },
  {
    what: 'half a percent of all answers after half a minute',
    made: { ...short, stuckShare: () => 0.005 },
    verdict: 'fail',
    because: /^Share of answers after more than 5 s is 0\.5 % against 0\.1 %/,
    control: { ...short, stuckShare: () => 0.0002 },
  },
  {
    what: 'nearly all of the throughput in every tenth minute',
    made: {
      ...short,
      windows: 120,
      durationMs: 600_000,
      rateAt: (window) => (Math.floor(window / 12) === 3 ? 11_000 : 120),
    },
    verdict: 'inconclusive',
    because: /minutes that reach the throughput|500 requests a second/,
    control: { ...short, rateAt: (window) => 1200 + 200 * Math.sin(window) },
  },
  {
    what: 'a minute in ten in which the target does not keep up',
    made: {
      ...short,
      rateAt: (window) => (window < 12 ? 300 : 1400),
      failures: () => null,
    },
    verdict: 'inconclusive',
    because: /minutes that reach the throughput|500 requests a second/,
    control: { ...short, rateAt: (window) => (window < 12 ? 600 : 1400) },
  },
  {
    what: 'all errors of a day within a few minutes',
    made: { ...day, failures: (window) => (window === 99 ? error(8000) : null) },
    verdict: 'fail',
    because: /^In the 3 min 36 s from 5 h 56 min on 8,000 of 259,200 requests failed/,
    control: { ...day, failures: () => error(15) },
  },
  {
    what: 'a minute of a day in which everything is slow',
    made: { ...day, medianMs: (window) => (window === 100 ? 900 : 30) },
    verdict: 'fail',
    because: /^In the minute from 6 h on p95 response time was [\d,]+ ms; no minute’s may be above 500 ms/,
    control: { ...day, medianMs: (window) => (window === 100 ? 80 : 30) },
  },
  {
    what: 'answers of 12 s in the windows that do not count',
    made: {
      ...short,
      medianMs: (window) => (window % 12 === 0 ? 12_000 : 30),
      invalid: (window) => (window % 12 === 0 ? 'late' : null),
    },
    verdict: 'inconclusive',
    because: /windows in which the generator was late the p99 service time was [\d,]+ ms against 200 ms/,
    control: { ...short, invalid: (window) => (window % 12 === 0 ? 'late' : null) },
  },
  {
    what: 'more windows that do not count than are allowed',
    made: { ...short, invalid: (window) => (window % 5 === 0 ? 'late' : null) },
    verdict: 'inconclusive',
    because: /the load generator, not the target, was the bottleneck in 20 % of the windows/,
    control: { ...short, invalid: (window) => (window % 20 === 0 ? 'late' : null) },
  },
  {
    what: 'fifteen windows that become slower and slower, and end just below the target',
    made: { ...fifteen, medianMs: (window) => 15 + 3 * window },
    verdict: 'inconclusive',
    because: /cannot show p95 response time below 100 ms/,
    // So few windows show it where none comes near, though they are not alike.
    control: { ...fifteen, samples: 100, medianMs: (window) => [8, 9, 8, 10, 8][window % 5] ?? 8 },
  },
  {
    what: 'a quarter of a minute of nothing but errors',
    made: { ...short, failures: (window) => (window === 30 ? error(400) : null) },
    verdict: 'fail',
    because: /^Error rate|^Availability/,
    control: { ...short, windows: 60 },
  },
  {
    what: 'load unlike the recorded one',
    made: { ...short, fidelity: { score: 80 } },
    verdict: 'inconclusive',
    because: /the load was not close enough to the recorded one/,
  },
  {
    what: 'other statuses than recorded',
    made: { ...short, fidelity: { statusParity: 0.9 } },
    verdict: 'fail',
    because: /^Share of answers with the recorded status is 90 %/,
  },
  {
    what: 'a run on an engine that cannot send what was planned',
    made: { ...short, engine: 'autocannon' },
    verdict: 'inconclusive',
    because: /fallback engine autocannon/,
  },
  {
    what: 'the first half of a run',
    made: { ...short, windows: 30, durationMs: 300_000, interrupted: 'stopped' },
    verdict: 'inconclusive',
    because: /was cut short after 2 min 30 s of 5 min: stopped/,
  },
];
