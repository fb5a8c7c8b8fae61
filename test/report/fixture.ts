import type { LatencyFigures, Results, RouteResult, TimelineBand, TimelinePoint } from '../../src/model/results.ts';
import {
  type GateId,
  type GateResult,
  gateIds,
  type Interval,
  type Metric,
  type ObjectiveResult,
  readinessWord,
  type Unit,
  type Verdict,
} from '../../src/model/verdict.ts';

export const hour = 3_600_000;
export const minute = 60_000;

/** Mulberry32: small, seeded, the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const noLatency: LatencyFigures = {
  p50: null,
  p90: null,
  p95: null,
  p99: null,
  p999: null,
  max: null,
  mean: null,
};

/** A plausible set of percentiles around a p95. */
export function latency(p95: number, p99 = p95 * 1.7): LatencyFigures {
  return { p50: p95 * 0.42, p90: p95 * 0.82, p95, p99, p999: p99 * 1.9, max: p99 * 7.4, mean: p95 * 0.49 };
}

const gateTitles: Record<GateId, string> = {
  security: 'Security',
  performance: 'Performance',
  functional: 'Functional',
  stability: 'Stability',
  approval: 'Approval',
  parity: 'Simulation parity',
  rehearsal: 'Rehearsal',
  monitoring: 'Monitoring',
  uat: 'UAT',
  scalability: 'Scalability',
  resilience: 'Resilience',
  integrity: 'Data integrity',
  compliance: 'Compliance',
};

export function gates(judged: Partial<Record<GateId, [Verdict, string]>>): GateResult[] {
  return gateIds.map((id) => {
    const own = judged[id];
    if (own === undefined) return { id, title: gateTitles[id], verdict: 'not run', summary: 'not run', score: null };
    return { id, title: gateTitles[id], verdict: own[0], summary: own[1], score: own[0] === 'pass' ? 100 : 62 };
  });
}

export function objective(
  [title, metric, statistic, comparison, target, unit]: [
    string,
    Metric,
    ObjectiveResult['objective']['statistic'],
    ObjectiveResult['objective']['comparison'],
    number,
    Unit,
  ],
  verdict: Verdict,
  value: number | null,
  rest: {
    interval?: Interval | null;
    samples?: number;
    reason?: string;
    change?: number;
    gate?: GateId;
    route?: string;
  } = {},
): ObjectiveResult {
  return {
    objective: {
      id: `${metric}-${statistic}`,
      title,
      gate: rest.gate ?? 'performance',
      metric,
      statistic,
      ...(rest.route === undefined ? {} : { route: rest.route }),
      comparison,
      target,
      unit,
      weight: 1,
      key: true,
      minimumSamples: 1000,
    },
    verdict,
    value,
    interval: rest.interval ?? null,
    samples: rest.samples ?? 97_412_871,
    reason: rest.reason ?? `${title} is as required.`,
    changePercent: rest.change ?? null,
  };
}

export const between = (low: number, high: number): Interval => ({ low, high, confidence: 0.95 });

interface Course {
  lengthMs: number;
  points: number;
  rate: number;
  p95: number;
  seed?: number;
  bands?: TimelineBand[];
  /** Multiplies the percentiles at a moment. */
  slowdown?: (atMs: number) => number;
  errors?: (atMs: number) => number;
  isVoid?: (atMs: number) => boolean;
  isGap?: (atMs: number) => boolean;
}

export function timeline(course: Course): Results['timeline'] {
  const random = randomFrom(course.seed ?? 7);
  const bucketMs = course.lengthMs / course.points;
  const points: TimelinePoint[] = Array.from({ length: course.points }, (_, index) => {
    const atMs = index * bucketMs;
    const daily = 1 + 0.17 * Math.sin(((atMs / course.lengthMs) * 2 - 0.6) * Math.PI);
    const planned = course.rate * (course.lengthMs > hour ? daily : 1) * (0.985 + random() * 0.03);
    const slow = (course.slowdown?.(atMs) ?? 1) * (0.96 + 0.08 * daily);
    const isVoid = course.isVoid?.(atMs) ?? false;
    if (course.isGap?.(atMs)) {
      const none = { p50: null, p95: null, p99: null, errorPercent: null };
      return { atMs, plannedRatePerSecond: planned, ratePerSecond: 0, ...none, void: false };
    }
    return {
      atMs,
      plannedRatePerSecond: planned,
      ratePerSecond: planned * (isVoid ? 0.82 : 0.998 + random() * 0.004),
      p50: course.p95 * 0.42 * slow ** 0.7 * (0.97 + random() * 0.06),
      p95: course.p95 * slow * (0.96 + random() * 0.08),
      p99: course.p95 * 1.7 * slow * (0.93 + random() * 0.14),
      errorPercent: (course.errors?.(atMs) ?? 0.03) * (0.6 + random() * 0.8),
      void: isVoid,
    };
  });
  return { bucketMs, points, bands: course.bands ?? [] };
}

const routeNames: [string, string, number, number][] = [
  ['GET', '/', 0.17, 0.7],
  ['GET', '/products', 0.16, 0.9],
  ['GET', '/products/:id', 0.24, 0.8],
  ['GET', '/search', 0.11, 1.7],
  ['GET', '/api/products/:id/reviews', 0.09, 1.1],
  ['POST', '/basket/items', 0.07, 1.2],
  ['GET', '/basket', 0.06, 0.8],
  ['POST', '/checkout', 0.03, 2.6],
  ['GET', '/account/orders/:id', 0.04, 1.3],
  ['POST', '/login', 0.03, 1.9],
];

export function routes(total: number, p95: number): RouteResult[] {
  return routeNames.map(([method, route, share, factor]) => {
    const planned = Math.round(total * share);
    const failed = Math.round(planned * 0.0004 * factor);
    return {
      method,
      route,
      planned,
      completed: planned - failed,
      failed,
      unsent: 0,
      response: latency(p95 * factor),
      service: latency(p95 * factor * 0.93),
      p95Interval: between(p95 * factor * 0.995, p95 * factor * 1.006),
    };
  });
}

/** A run of a day that is in order; the other cases are made from it. */
export function ready(): Results {
  const planned = 97_412_880;
  return {
    format: 'shakedown.results/1',
    run: {
      id: '2026-11-20T0900-7f3a',
      command: 'shakedown simulate --duration 24h --seed 42',
      startedAt: '2026-11-20T08:59:48.000Z',
      loadStartedAt: '2026-11-20T09:00:00.000Z',
      endedAt: '2026-11-21T09:00:21.000Z',
      plannedMs: 24 * hour,
      coveredMs: 24 * hour,
      interrupted: null,
    },
    candidate: { name: 'shop', version: 'v2.1.0', baselineVersion: 'v2.0.0' },
    environment: { name: 'staging-eu', targetUrl: 'http://127.0.0.1:18080' },
    verdict: 'pass',
    word: readinessWord.pass,
    sentence:
      'Every objective that was judged is met: p95 is 78.2 ms against 100 ms and p99 138 ms against 200 ms over 24 h at 1,127 requests per second.',
    missing: [],
    gates: gates({
      performance: ['pass', 'p99 138 of 200 ms'],
      stability: ['pass', '24 h, 99.993 % available'],
      parity: ['pass', 'fidelity 99.2 of 100'],
    }),
    objectives: [
      objective(['Response time p99', 'response_time', 'p99', '<', 200, 'ms'], 'pass', 138.2, {
        interval: between(137.6, 138.9),
        change: -1.2,
      }),
      objective(['Response time p95', 'response_time', 'p95', '<', 100, 'ms'], 'pass', 78.24, {
        interval: between(78.02, 78.49),
        change: -2.1,
      }),
      objective(['Throughput', 'throughput', 'value', '>', 1000, '/s'], 'pass', 1127.4, {
        interval: between(1126.1, 1128.8),
        change: 0.02,
      }),
      objective(['Failed requests', 'error_rate', 'value', '<', 0.1, '%'], 'pass', 0.0411, {
        interval: between(0.0404, 0.0418),
        change: -11,
      }),
      objective(['Availability', 'availability', 'value', '>=', 99.99, '%'], 'pass', 99.9931, {
        interval: between(99.9922, 99.9939),
        gate: 'stability',
      }),
      objective(['Time without a break', 'stable_time', 'value', '>=', 24, 'h'], 'pass', 24, {
        gate: 'stability',
        samples: 8640,
      }),
      objective(['Replay fidelity', 'fidelity', 'value', '>=', 95, 'score'], 'pass', 99.2, { gate: 'parity' }),
      objective(['Void windows', 'void_windows', 'value', '<=', 5, '%'], 'pass', 0, { gate: 'parity', samples: 8640 }),
    ],
    latencyTargetsMs: { strict: 100, standard: 200 },
    response: { p50: 31.4, p90: 64.8, p95: 78.24, p99: 138.2, p999: 322, max: 1_874, mean: 37.9 },
    service: { p50: 30.2, p90: 62.1, p95: 75.1, p99: 129.7, p999: 301, max: 1_790, mean: 36.2 },
    apdex: { score: 0.974, thresholdMs: 100 },
    requests: {
      planned,
      sent: planned - 9,
      completed: planned - 9 - 40_037,
      failed: 40_037,
      unsent: 9,
      bytes: 812_400_000_000,
    },
    averageRatePerSecond: 1127.4,
    peakRatePerSecond: 1322.1,
    routes: routes(planned, 78.24),
    routesLeftOut: 0,
    timeline: timeline({ lengthMs: 24 * hour, points: 360, rate: 1127, p95: 74 }),
    errors: [
      {
        kind: 'http',
        status: 503,
        route: 'POST /checkout',
        count: 31_204,
        firstAtMs: 8 * hour,
        lastAtMs: 23 * hour,
        message: 'expected 200, got 503: {"error":"payment provider timed out"}',
      },
      {
        kind: 'timeout',
        status: 0,
        route: 'GET /search',
        count: 8_702,
        firstAtMs: 2 * hour,
        lastAtMs: 22 * hour,
        message: 'no answer within 60 s',
      },
      {
        kind: 'reset',
        status: 0,
        route: 'GET /products/:id',
        count: 131,
        firstAtMs: 15.9 * hour,
        lastAtMs: 16.2 * hour,
        message: 'read: connection reset by peer',
      },
    ],
    errorsLeftOut: 0,
    fidelity: {
      score: 99.2,
      parts: [
        { name: 'Requests sent', score: 99.99, weight: 30, detail: '97,412,871 of 97,412,880' },
        { name: 'Arrival pattern', score: 98.4, weight: 30, detail: 'correlation 0.981, dispersion 1.02 at 10 ms' },
        { name: 'Route mix', score: 99.9, weight: 15, detail: 'total variation distance 0.001' },
        { name: 'Session order', score: 99.6, weight: 15, detail: 'of 4,120,301 sessions' },
        { name: 'Status parity', score: 98.1, weight: 10, detail: 'of answers with a recorded status' },
      ],
      scales: [
        { binMs: 10, correlation: 0.981, dispersionRatio: 1.02 },
        { binMs: 100, correlation: 0.997, dispersionRatio: 1.004 },
        { binMs: 1000, correlation: 0.9998, dispersionRatio: 1.001 },
      ],
      plannedRequests: planned,
      sentRequests: planned - 9,
      routeMix: 0.999,
      sessionOrder: 0.996,
      statusParity: 0.981,
      latenessMs: { p50: 0.31, p99: 3.1, max: 48 },
    },
    generator: {
      windows: 8640,
      voidWindows: 0,
      windowMs: 10_000,
      latenessP50Ms: 0.31,
      latenessP99Ms: 3.1,
      latenessMaxMs: 48,
      targetWaitP99Ms: 12.4,
      starved: 0,
      virtualUsers: 640,
      cpuCoresMean: 0.62,
      cpuCoresMax: 1.14,
      longestStallMs: 1_800,
    },
    plan: {
      options: {
        mode: 'bootstrap',
        durationMs: 24 * hour,
        ratePerSecond: 1127,
        scale: 1,
        speed: 1,
        shape: { kind: 'day', points: [] },
        seed: 42,
        writes: 'recorded',
      },
      scheduleSha256: 'b3d1f0a2c94e5577a1e0c2f1b7d86e3f90a4452f6b1c8e7d3a5f9b0c1d2e3f4a',
      sessions: 4_120_301,
      requests: planned,
      leftOut: [
        { reason: 'no body recorded', requests: 1_204 },
        { reason: 'host outside the allowed ones', requests: 312 },
      ],
    },
    recording: {
      name: 'shop-2026-11-12',
      requests: 4_812_402,
      sessions: 203_114,
      durationMs: 24 * hour,
      timeResolutionMs: 1,
      privacy: {
        state: 'anonymized',
        scan: {
          passed: true,
          at: '2026-11-13T10:12:00.000Z',
          checked: 61_204_113,
          findings: 0,
          shardsSha256: `9c1e${'0a7f'.repeat(15)}`,
        },
      },
      declaredOwn: false,
      notReplayable: [{ kind: 'WebSocket', count: 412 }],
    },
    engine: { name: 'k6', version: '2.2.0', build: 'shakedown', certifiable: true, note: null },
    programs: [
      { name: 'k6', version: '2.2.0', origin: 'built from source' },
      { name: 'shakedown', version: '0.1.0', origin: 'this package' },
    ],
    host: { cpus: 8, memoryBytes: 33_554_432_000, platform: 'linux x64', node: 'v20.19.5' },
    warnings: [],
  };
}

const inFault = (atMs: number) => atMs >= 8.17 * hour && atMs < 8.84 * hour;

/** A day with a p99 breach under a fault; every lane of the timeline is in use. */
export function notReady(): Results {
  const base = ready();
  const kill = (atMs: number) => atMs >= 15.85 * hour && atMs < 16.2 * hour;
  return {
    ...base,
    verdict: 'fail',
    word: readinessWord.fail,
    sentence:
      'p99 response time is 213 ms against 200 ms. It broke only while the database was slowed by 80 ms (17:10 to 17:50); without that fault it is 138 ms.',
    missing: [
      'Browsers: WebKit was not installed on the runner, so its 28 scenarios were not run.',
      'Approval: one of two signatures is missing.',
    ],
    gates: gates({
      security: ['pass', '0 critical, 3 scanners'],
      performance: ['fail', 'p99 213 of 200 ms'],
      functional: ['pass', '99.4 % of 312'],
      stability: ['pass', '24 h, 99.993 %'],
      approval: ['inconclusive', 'waits for 1 of 2'],
      parity: ['pass', '100 % of 48'],
      rehearsal: ['pass', '6 of 6'],
      monitoring: ['pass', '19 of 19 alerts proved'],
      uat: ['inconclusive', '82 of 82, WebKit not run'],
      resilience: ['pass', '11 of 12 faults'],
    }),
    objectives: [
      objective(['Response time p99', 'response_time', 'p99', '<', 200, 'ms'], 'fail', 213.2, {
        interval: between(208.1, 219.4),
        change: 14.3,
        reason: 'Past the target for 40 min, all of it in one fault window.',
      }),
      objective(['Response time p99', 'response_time', 'p99', '<', 200, 'ms'], 'fail', 204.6, {
        interval: between(201.2, 208.9),
        change: 6.3,
        samples: 2_922_386,
        route: 'POST /checkout',
        reason: '204.6 ms is past 200 ms, and the whole interval is.',
      }),
      objective(['Answers with the recorded status', 'status_parity', 'value', '>=', 99, '%'], 'inconclusive', 98.97, {
        interval: between(98.9, 99.04),
        gate: 'parity',
        reason: 'The target lies within the interval: more samples would be needed to tell.',
      }),
      ...base.objectives.slice(1),
    ],
    response: { ...base.response, p99: 213.2, p999: 418, max: 2_310 },
    timeline: timeline({
      lengthMs: 24 * hour,
      points: 360,
      rate: 1127,
      p95: 74,
      slowdown: (atMs) => (inFault(atMs) ? 2.45 : kill(atMs) ? 1.5 : 1),
      errors: (atMs) => (kill(atMs) ? 0.21 : 0.03),
      bands: [
        { lane: 'faults', startMs: 8.17 * hour, endMs: 8.84 * hour, label: 'database +80 ms', state: 'fail' },
        { lane: 'faults', startMs: 15.85 * hour, endMs: 16.2 * hour, label: 'kill shop-2', state: 'pass' },
        { lane: 'faults', startMs: 19.85 * hour, endMs: 20.1 * hour, label: 'partition', state: 'pass' },
        { lane: 'deployments', startMs: 11 * hour, endMs: 11.75 * hour, label: 'canary 5 → 100 %', state: 'pass' },
        { lane: 'deployments', startMs: 17.5 * hour, endMs: 17.65 * hour, label: 'blue-green', state: 'pass' },
        { lane: 'alerts', startMs: 8.25 * hour, endMs: 9 * hour, label: 'LatencyHigh 41 s', state: 'inconclusive' },
        { lane: 'alerts', startMs: 15.86 * hour, endMs: 16.3 * hour, label: 'InstanceDown 22 s', state: 'info' },
        ...[5, 8.3, 16, 20.8].map(
          (at): TimelineBand => ({
            lane: 'uat',
            startMs: at * hour,
            endMs: (at + 0.5) * hour,
            label: '28 scenarios',
            state: 'pass',
          }),
        ),
      ],
    }),
  };
}

/** A minute: too short to show anything but what it is. */
export function short(): Results {
  const base = ready();
  const planned = 12_000;
  const few = (reason: string) => ({ reason, samples: planned });
  return {
    ...base,
    run: {
      ...base.run,
      id: '2026-11-20T0900-1m0c',
      command: 'shakedown simulate --duration 1m',
      endedAt: '2026-11-20T09:01:04.000Z',
      plannedMs: minute,
      coveredMs: minute,
    },
    candidate: { name: 'shop', version: 'v2.1.0', baselineVersion: null },
    environment: { name: 'sample', targetUrl: 'http://127.0.0.1:41873' },
    verdict: 'inconclusive',
    word: readinessWord.inconclusive,
    sentence:
      'One minute is too short: 24 h without a break were not shown, and 12,000 requests cannot show 99.99 % availability. What was measured is within its targets.',
    missing: [
      'Stability: 24 h are required, 1 min was run.',
      'Availability: 99.99 % needs at least 29,956 requests without a failure.',
    ],
    gates: gates({
      performance: ['inconclusive', '200 /s, 1,000 /s required'],
      stability: ['inconclusive', '1 min of 24 h'],
      parity: ['pass', 'fidelity 99.6 of 100'],
    }),
    objectives: [
      objective(['Time without a break', 'stable_time', 'value', '>=', 24, 'h'], 'inconclusive', 1 / 60, {
        gate: 'stability',
        ...few('1 min of 24 h was run: nothing can be said about the rest.'),
      }),
      objective(['Availability', 'availability', 'value', '>=', 99.99, '%'], 'inconclusive', 100, {
        gate: 'stability',
        interval: between(99.969, 100),
        ...few('No request failed, but 12,000 requests show no more than 99.969 %.'),
      }),
      objective(['Throughput', 'throughput', 'value', '>', 1000, '/s'], 'inconclusive', 199.9, {
        ...few('The plan asked for 200 /s, so 1,000 /s were never tried.'),
      }),
      objective(['Response time p95', 'response_time', 'p95', '<', 100, 'ms'], 'pass', 18.43, {
        interval: between(17.9, 19.2),
        samples: planned,
      }),
      objective(['Response time p99', 'response_time', 'p99', '<', 200, 'ms'], 'pass', 41.7, {
        interval: between(38.1, 46.2),
        samples: planned,
      }),
      objective(['Failed requests', 'error_rate', 'value', '<', 0.1, '%'], 'pass', 0, {
        interval: between(0, 0.031),
        samples: planned,
      }),
    ],
    response: { p50: 6.1, p90: 13.9, p95: 18.43, p99: 41.7, p999: 88.2, max: 132, mean: 8.2 },
    service: { p50: 5.4, p90: 12.8, p95: 17.1, p99: 38.9, p999: 81, max: 121, mean: 7.3 },
    apdex: { score: 0.999, thresholdMs: 100 },
    requests: { planned, sent: planned, completed: planned, failed: 0, unsent: 0, bytes: 48_211_000 },
    averageRatePerSecond: 199.9,
    peakRatePerSecond: 214,
    routes: routes(planned, 18.4).map((route) => ({ ...route, completed: route.planned, failed: 0 })),
    timeline: timeline({ lengthMs: minute, points: 60, rate: 200, p95: 18, errors: () => 0, seed: 3 }),
    errors: [],
    fidelity: { ...base.fidelity, score: 99.6, plannedRequests: planned, sentRequests: planned },
    generator: { ...base.generator, windows: 60, windowMs: 1000, longestStallMs: 41, virtualUsers: 32 },
    plan: {
      ...base.plan,
      options: { ...base.plan.options, durationMs: minute, ratePerSecond: 200 },
      requests: planned,
      sessions: 1_410,
    },
    recording: { ...base.recording, name: 'sample-shop', requests: 5_000, sessions: 620, durationMs: 10 * minute },
    warnings: ['Processor time of the load generator could not be read for 2 windows.'],
  };
}

/** No k6 to be had. */
export function fallback(): Results {
  const base = short();
  return {
    ...base,
    engine: {
      name: 'autocannon',
      version: '8.0.0',
      build: 'embedded',
      certifiable: false,
      note: 'k6 was not found and could not be built; arrival times are kept less exactly',
    },
    missing: ['Certificate: none can rest on the fallback engine.', ...base.missing],
    generator: { ...base.generator, latenessP50Ms: 1.9, latenessP99Ms: 38.2, cpuCoresMean: null, cpuCoresMax: null },
  };
}

/** The same run with another length: counts in proportion. */
function lasting(
  base: Results,
  lengthMs: number,
  rate: number,
): Pick<Results, 'requests' | 'routes' | 'averageRatePerSecond' | 'peakRatePerSecond' | 'errors'> {
  const planned = Math.round((lengthMs / 1000) * rate);
  const share = planned / base.requests.planned;
  const failed = Math.round(base.requests.failed * share);
  return {
    requests: {
      planned,
      sent: planned,
      completed: planned - failed,
      failed,
      unsent: 0,
      bytes: Math.round(base.requests.bytes * share),
    },
    routes: routes(planned, 78.24),
    averageRatePerSecond: rate,
    peakRatePerSecond: rate * 1.17,
    errors: base.errors.map((group) => ({
      ...group,
      count: Math.round(group.count * share),
      firstAtMs: group.firstAtMs * (lengthMs / (24 * hour)),
      lastAtMs: group.lastAtMs * (lengthMs / (24 * hour)),
    })),
  };
}

/** Stopped after a quarter, with a stall of the target that needs a logarithmic axis. */
export function interrupted(): Results {
  const base = ready();
  const covered = 6.4 * hour;
  return {
    ...base,
    ...lasting(base, covered, 1100),
    response: { ...base.response, p999: 1_240, max: 22_480 },
    generator: { ...base.generator, windows: 2304, longestStallMs: 21_400 },
    objectives: base.objectives.map((result) =>
      result.objective.metric === 'stable_time'
        ? {
            ...result,
            verdict: 'inconclusive' as const,
            value: 6.4,
            samples: 2304,
            reason: '6 h 24 min of 24 h were run before it was stopped.',
          }
        : { ...result, samples: Math.round(result.samples * 0.267) },
    ),
    run: { ...base.run, coveredMs: covered, endedAt: null, interrupted: 'stopped by the user (SIGINT)' },
    verdict: 'inconclusive',
    word: readinessWord.inconclusive,
    sentence:
      'The run was stopped after 6 h 24 min of 24 h. Until then every latency target was met but for one stall of 21 s.',
    missing: ['Stability: 17 h 36 min of the planned 24 h were not run.'],
    gates: gates({
      performance: ['inconclusive', 'p99 141 of 200 ms, cut short'],
      stability: ['inconclusive', '6 h 24 min of 24 h'],
    }),
    timeline: timeline({
      lengthMs: covered,
      points: 320,
      rate: 1100,
      p95: 76,
      isGap: (atMs) => atMs > 2.1 * hour && atMs < 2.22 * hour,
      slowdown: (atMs) => (atMs > 4.1 * hour && atMs < 4.14 * hour ? 160 : 1),
      bands: [
        { lane: 'gap', startMs: 2.1 * hour, endMs: 2.22 * hour, label: 'harness restarted', state: 'inconclusive' },
      ],
    }),
  };
}

/** The generator could not keep up for a while. */
export function voids(): Results {
  const base = ready();
  const from = 1.1 * hour;
  const to = 1.6 * hour;
  return {
    ...base,
    ...lasting(base, 2 * hour, 4200),
    objectives: base.objectives
      .filter(({ objective }) => objective.metric !== 'stable_time')
      .map((result) =>
        result.objective.metric === 'void_windows'
          ? {
              ...result,
              verdict: 'inconclusive' as const,
              value: 25.56,
              samples: 720,
              reason: '184 of 720 windows are void: the load generator was late by up to 412 ms.',
            }
          : {
              ...result,
              verdict: 'inconclusive' as const,
              samples: 22_512_004,
              reason: 'Too many windows are void for any figure to stand.',
            },
      ),
    gates: gates({
      performance: ['inconclusive', '184 of 720 windows void'],
      parity: ['inconclusive', 'fidelity 81.4 of 100'],
    }),
    fidelity: { ...base.fidelity, score: 81.4 },
    run: { ...base.run, plannedMs: 2 * hour, coveredMs: 2 * hour, endedAt: '2026-11-20T11:00:04.000Z' },
    verdict: 'inconclusive',
    word: readinessWord.inconclusive,
    sentence:
      'The load generator, not the shop, was the bottleneck in 184 of 720 windows, so the figures do not show what the shop can do.',
    timeline: timeline({
      lengthMs: 2 * hour,
      points: 360,
      rate: 4200,
      p95: 88,
      slowdown: (atMs) => (atMs > from && atMs < to ? 2.2 : 1),
      isVoid: (atMs) => atMs > from && atMs < to,
      bands: [{ lane: 'void', startMs: from, endMs: to, label: 'generator 31 ms late (p99)', state: 'inconclusive' }],
    }),
    generator: {
      ...base.generator,
      windows: 720,
      voidWindows: 184,
      latenessP99Ms: 31.4,
      latenessMaxMs: 412,
      starved: 4_120,
    },
  };
}

/** The target was down from the start: nothing was measured at all. */
export function empty(): Results {
  const base = short();
  return {
    ...base,
    run: {
      ...base.run,
      coveredMs: 0,
      loadStartedAt: null,
      interrupted: 'the target refused every connection before the load began',
    },
    sentence: 'Nothing was measured: the target at http://127.0.0.1:41873 refused every connection.',
    missing: ['Everything: not one request was answered.'],
    gates: gates({}),
    objectives: base.objectives.map((result) => ({
      ...result,
      verdict: 'inconclusive' as const,
      value: null,
      interval: null,
      samples: 0,
      reason: 'Nothing was measured.',
    })),
    response: noLatency,
    service: noLatency,
    apdex: null,
    requests: { planned: 12_000, sent: 0, completed: 0, failed: 0, unsent: 12_000, bytes: 0 },
    averageRatePerSecond: null,
    peakRatePerSecond: null,
    routes: [],
    timeline: { bucketMs: 1000, points: [], bands: [] },
    fidelity: {
      score: null,
      parts: [],
      scales: [],
      plannedRequests: 12_000,
      sentRequests: 0,
      routeMix: null,
      sessionOrder: null,
      statusParity: null,
      latenessMs: { p50: null, p99: null, max: null },
    },
    generator: {
      ...base.generator,
      windows: 0,
      latenessP50Ms: null,
      latenessP99Ms: null,
      latenessMaxMs: null,
      targetWaitP99Ms: null,
      cpuCoresMean: null,
      cpuCoresMax: null,
      longestStallMs: null,
    },
  };
}

/** Fifty routes and as many kinds of error. */
export function manyRoutes(): Results {
  const base = notReady();
  const random = randomFrom(11);
  return {
    ...base,
    routes: Array.from({ length: 50 }, (_, index) => {
      const planned = Math.round(20_000_000 / (index + 1) ** 1.3);
      const p95 = 20 + random() * 190;
      return {
        method: ['GET', 'GET', 'POST', 'PUT'][index % 4] ?? 'GET',
        route: `/api/v${1 + (index % 3)}/department-${index}/:department/items/:id`,
        planned,
        completed: planned - index,
        failed: index,
        unsent: index % 7,
        response: latency(p95),
        service: latency(p95 * 0.9),
        p95Interval: between(p95 * 0.98, p95 * 1.03),
      };
    }),
    routesLeftOut: 112,
    errors: Array.from({ length: 50 }, (_, index) => ({
      kind: 'http' as const,
      status: 500 + (index % 5),
      route: `GET /api/v1/department-${index}/:department`,
      count: 5000 - index * 90,
      firstAtMs: index * minute,
      lastAtMs: index * hour * 0.4,
      message: `upstream ${index} answered ${500 + (index % 5)} with a page of its own that says nothing of use to anybody who reads it`,
    })),
    errorsLeftOut: 31,
  };
}

/** What a hostile recording or target could put into every text. */
export const hostileTexts = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '{{constructor.constructor "return process"}}{{{x}}}',
  '__proto__',
  'bell\u0007 escape\u001b[31m null\u0000 next\u0085',
  'user\u202egnp.exe\u2066\u200f',
  `/${'a'.repeat(4_999)}`,
  '\ud800 lone \udfff \ufffe',
  '</style></svg></title></textarea>-->]]>',
  '| a | **b** | `c` | @everyone [x](javascript:alert(1)) <!-- \n# h',
];

/** `notReady` with every free text replaced by hostile ones in turn; words of the model stay. */
export function hostile(): Results {
  const base = manyRoutes();
  let next = 0;
  const fixed = new Set(['shakedown.results/1', 'anonymized', ...gateIds]);
  const keep = new Set(
    'format verdict word id gate metric statistic comparison unit kind lane state build mode writes startedAt endedAt loadStartedAt at'.split(
      ' ',
    ),
  );
  const replace = (value: unknown, key: string): unknown => {
    if (typeof value === 'string')
      return keep.has(key) || fixed.has(value) ? value : hostileTexts[next++ % hostileTexts.length];
    if (Array.isArray(value)) return value.map((inner) => replace(inner, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replace(inner, name)]));
  };
  const made = replace(base, '') as Results;
  made.run.id = '../../<b>id</b>';
  made.missing = [...hostileTexts];
  made.warnings = [...hostileTexts];
  made.candidate.baselineVersion = '<i>v</i>';
  made.run.interrupted = hostileTexts[0] ?? '';
  made.engine = { ...made.engine, certifiable: false, note: hostileTexts[1] ?? '' };
  made.plan.leftOut = hostileTexts.map((reason) => ({ reason, requests: 5 }));
  return made;
}

export const cases: Record<string, () => Results> = {
  ready,
  notReady,
  short,
  fallback,
  interrupted,
  voids,
  empty,
  manyRoutes,
  hostile,
};
