import { describe, expect, test } from 'vitest';
import { configuration } from '../../../src/domains/monitoring/configuration.ts';
import { watchRun } from '../../../src/domains/monitoring/watch-run.ts';
import type { JournalData } from '../../../src/model/event.ts';
import { itWithPrometheus, startPrometheus } from '../../setup/prometheus.ts';
import { found, judged, resolved } from './own.ts';

const figure = { metric: 'figure', comparison: '<', target: 50 };

itWithPrometheus(
  'a real Prometheus is asked what an objective names, and what gives no single figure is inconclusive',
  async () => {
    const objectives = {
      queue: { ...figure, query: 'vector(7) * 6' },
      over: { ...figure, query: 'vector(51)', gate: 'stability' },
      nothing: { ...figure, query: 'no_such_metric' },
      several: {
        ...figure,
        query: 'label_replace(vector(1), "a", "x", "", "") or label_replace(vector(2), "a", "y", "", "")',
      },
      undefined: { ...figure, query: 'vector(0) / vector(0)' },
      nonsense: { ...figure, query: 'sum(' },
      close: { ...figure, query: 'vector(0.999949)', comparison: '>=', target: 0.99995 },
    };
    const prometheus = await startPrometheus();
    const events: JournalData[] = [];
    const journal = { append: (type: string, data: object) => void events.push({ type, data } as JournalData) };
    try {
      const { watch = null } = configuration.resolve(
        {
          watch: configuration.schemas.watch.parse({ everyS: 1, prometheus: { url: prometheus.url, alerts: false } }),
          monitoring: configuration.schemas.monitoring.parse({}),
        },
        { at: (path) => path, isSample: false, replays: false },
      );
      if (watch === null) throw new Error('no watch');
      const config = { watch, ...resolved(objectives) };
      const running = watchRun({ config, sample: null, folder: '.', durationMs: 60_000, journal: journal as never });
      running.start(Date.now());
      await expect
        .poll(() => events.filter(({ data }) => 'objective.queue' in ('values' in data ? data.values : {})).length, {
          timeout: 20_000,
        })
        .toBeGreaterThan(1);
      running.stop();
    } finally {
      await prometheus.stop();
    }
    const results = await judged(objectives, { windows: 5, more: events });
    expect(found(results, 'queue')).toMatchObject({ verdict: 'pass', value: 42, subject: 'highest reading of queue' });
    expect(found(results, 'over')).toMatchObject({ verdict: 'fail', value: 51 });
    expect(found(results, 'close')).toMatchObject({ verdict: 'fail', value: 0.999949 });
    expect(found(results, 'several').reason).toBe('Not measured: it is 2 series and not one, such as x and y.');
    for (const id of ['nothing', 'undefined', 'nonsense', 'several'])
      expect(found(results, id), id).toMatchObject({ verdict: 'inconclusive', value: null });
  },
);

/** Readings of one figure, once a second. */
function readings(values: readonly (number | null)[]): JournalData[] {
  const metric = { id: 'objective.queue', title: 'queue', kind: 'other', unit: 'count', subject: 'target' } as const;
  return [
    {
      type: 'shakedown.metrics.described',
      data: { metrics: [{ ...metric, instance: null, source: 'Prometheus query', limit: null }] },
    },
    ...values.flatMap((value, i): JournalData[] =>
      value === null
        ? []
        : [{ type: 'shakedown.metrics.sampled', data: { atMs: i * 1000, values: { [metric.id]: value } } }],
    ),
  ];
}

describe('a watched figure', () => {
  const queue = (more: object = {}) => ({ queue: { ...figure, query: 'q', ...more } });
  const sixty = (valueAt: (second: number) => number | null) => ({
    more: readings(Array.from({ length: 60 }, (_, second) => valueAt(second))),
  });

  test('is judged by its worst reading, unless another statistic is asked for', async () => {
    const once = sixty((second) => (second === 30 ? 80 : 10));
    expect(found(await judged(queue(), once), 'queue')).toMatchObject({ verdict: 'fail', value: 80 });
    expect(found(await judged(queue({ statistic: 'mean' }), once), 'queue').verdict).toBe('pass');
    expect(found(await judged(queue({ statistic: 'value' }), once), 'queue')).toMatchObject({
      verdict: 'pass',
      value: 10,
    });
    const least = await judged(
      queue({ comparison: '>', target: 20 }),
      sixty((second) => (second === 9 ? 15 : 90)),
    );
    expect(found(least, 'queue')).toMatchObject({ verdict: 'fail', value: 15, subject: 'lowest reading of queue' });
  });

  test('that could not be read for a part of the run does not pass, and fails where what was read shows it', async () => {
    const half = (value: number) => sixty((second) => (second < 20 ? value : null));
    expect(found(await judged(queue(), half(10)), 'queue')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'queue could not be read for 41 s of 1 min.',
    });
    expect(found(await judged(queue(), half(70)), 'queue').verdict).toBe('fail');
  });
});

describe('an error budget', () => {
  const failing = (share: number) => ({
    ...{ windows: 144, windowMs: 600_000, rate: 20, samples: 20, routes: ['GET /'], isWatched: true },
    failures: (window: number) =>
      ({
        kind: 'http',
        status: 500,
        count: Math.round(12_000 * share * (window >= 60 && window < 72 ? 1 : 0)),
        message: '',
      }) as const,
  });
  const slo = { sloPercent: 99.9 };

  test('is spent in production’s terms, with an interval', async () => {
    const results = await judged(
      {
        slo: { metric: 'burn_rate', ...slo, comparison: '<=', target: 1 },
        lax: { metric: 'burn_rate', sloPercent: 90, overDays: 7, comparison: '<=', target: 1 },
        slow: { metric: 'burn_rate', sloPercent: 99, statistic: 'share above 1000 ms', comparison: '<=', target: 1 },
      },
      { ...failing(0.06), failures: () => ({ kind: 'http', status: 500, count: 60, message: '' }) },
    );
    const one = found(results, 'slo');
    expect(one).toMatchObject({ verdict: 'fail', subject: 'burn rate of the error budget of 99.9 % over 28 days' });
    expect(one.value).toBeCloseTo(5, 5);
    expect(one.reason).toMatch(/In production 24 h of this would spend 18 % of the budget; it would last 5\.6 days\./);
    expect(found(results, 'lax')).toMatchObject({ verdict: 'pass' });
    expect(found(results, 'slow')).toMatchObject({ verdict: 'pass', value: 0 });
  });

  test('has the alerts that would fire, and none is claimed of windows that the run is too short for', async () => {
    const alerts = { alerts: { metric: 'burn_alerts', ...slo, overDays: 30, comparison: '=', target: 0 } };
    // 6 % for two hours: 60 times the rate; 20 times over six hours. A day is over when it has long ended.
    const worst = found(await judged(alerts, failing(0.06)), 'alerts');
    expect(worst).toMatchObject({ verdict: 'fail', value: 2 });
    expect(worst.reason).toMatch(/page at 14\.4 × over 1 h, from 10 h 20 min on and page at 6 × over 6 h/);
    const quiet = found(await judged(alerts, failing(0.001)), 'alerts');
    expect(quiet).toMatchObject({ verdict: 'pass', value: 0 });
    expect(quiet.reason).toMatch(/too short for those over 72 h/);
    const short = await judged(alerts, { windows: 30 });
    expect(found(short, 'alerts').reason).toMatch(/^Not measured: the quickest of its alerts looks at 1 h/);
  });
});
