import { describe, expect, it } from 'vitest';
import { availabilityOf } from '../../../../../src/domains/monitoring/validation/metrics/availability.ts';
import { type MetricType, misuses } from '../../../../../src/domains/monitoring/validation/metrics/counters.ts';
import { isUnbounded, looksOf } from '../../../../../src/domains/monitoring/validation/metrics/labels.ts';
import { nameFindings, typesOf } from '../../../../../src/domains/monitoring/validation/metrics/types.ts';
import { parsePromql } from '../../../../../src/domains/monitoring/validation/promql/parse.ts';

const types: Record<string, MetricType> = {
  ...{ requests_total: 'counter', errors_total: 'counter', memory_bytes: 'gauge', up: 'gauge' },
  ...{ duration_seconds: 'histogram', wait_seconds: 'summary' },
};
const typeOf = (series: string) => types[series] ?? types[series.replace(/_(bucket|sum|count)$/, '')] ?? 'unknown';

function found(text: string) {
  const { expression } = parsePromql(text);
  if (expression === undefined) throw new Error(text);
  return misuses(expression, typeOf).map(({ kind, metric }) => `${kind} ${metric}`);
}

describe('counters and gauges', () => {
  it.each([
    ['rate(memory_bytes[5m])', 'wrong memory_bytes'],
    ['sum by (job) (increase(up[5m])) > 1', 'wrong up'],
    ['rate(wait_seconds[5m])', 'wrong wait_seconds'],
    ['delta(requests_total[5m])', 'wrong requests_total'],
    ['predict_linear(duration_seconds_count[1h], 3600)', 'wrong duration_seconds_count'],
    ['rate(sum(requests_total)[5m:])', 'wrong requests_total'],
    ['histogram_quantile(0.9, sum by (job) (rate(duration_seconds_bucket[5m])))', 'wrong duration_seconds_bucket'],
    ['requests_total > 1000', 'doubtful requests_total'],
    ['errors_total / on (job) requests_total > 0.1', 'doubtful errors_total'],
    ['avg_over_time(requests_total[5m])', 'doubtful requests_total'],
  ])('%s', (text, expected) => {
    expect(found(text)).toContain(expected);
  });

  it.each([
    'rate(requests_total[5m]) > 1',
    'histogram_quantile(0.9, sum by (job, le) (rate(duration_seconds_bucket[5m])))',
    'histogram_quantile(0.9, sum without (instance) (rate(duration_seconds_bucket[5m])))',
    'rate(duration_seconds_sum[5m]) / rate(duration_seconds_count[5m])',
    'rate(wait_seconds_count[5m])',
    'deriv(memory_bytes[1h]) > 0',
    'max_over_time(rate(requests_total[5m])[1h:])',
    'errors_total > 0',
    'absent(requests_total)',
    'count(requests_total) < 3',
    'changes(requests_total[1h]) == 0',
    'requests_total - requests_total offset 5m > 10',
    'up == 0 unless on (job) errors_total',
    'rate(somebody_elses[5m])',
    'wait_seconds{quantile="0.9"} > 1',
  ])('accuses nothing of %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('labels', () => {
  it('finds e-mail addresses, and not the units of systemd', () => {
    expect(looksOf(['ann@shop.test', 'user@1000.service', 'getty@tty1.service']).emails).toBe(1);
  });

  it('finds ids of which there are ever more', () => {
    const uuids = Array.from(
      { length: 40 },
      (_, i) => `123e4567-e89b-12d3-a456-4266141740${String(i).padStart(2, '0')}`,
    );
    expect(isUnbounded('order', looksOf(uuids))).toBe(true);
    expect(isUnbounded('path', looksOf(uuids.map((_, i) => `/orders/${1000 + i}`)))).toBe(true);
    // Of containers there are a few at a time.
    expect(isUnbounded('container_id', looksOf(uuids))).toBe(false);
    expect(isUnbounded('route', looksOf(['/orders/:id', '/login', '/v2/items']))).toBe(false);
    expect(isUnbounded('le', looksOf(['0.5', '1000000', '5000000']))).toBe(false);
  });

  it('finds a token', () => {
    expect(looksOf(['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0.x']).tokens).toBe(1);
  });
});

describe('types and names', () => {
  const of = (type: string) => [{ type, help: '', unit: '' }];
  it('finds the type of a series by its family, also in OpenMetrics', () => {
    const type = typesOf({
      requests: of('counter'),
      duration: of('histogram'),
      both: [...of('gauge'), ...of('counter')],
    });
    expect(['requests_total', 'duration_bucket', 'both', 'nowhere'].map(type)).toEqual([
      ...['counter', 'histogram', 'unknown', 'unknown'],
    ]);
  });

  it('names what differs from the conventions', () => {
    const findings = nameFindings({
      open_total: of('gauge'),
      sent: of('counter'),
      wait_ms: of('gauge'),
      up: of('gauge'),
    });
    expect(findings.map(({ metric }) => metric)).toEqual(['open_total', 'sent', 'wait_ms']);
  });
});

describe('uptime', () => {
  const series = (values: string, labels: Record<string, string>) => ({
    labels,
    samples: [...values].flatMap((one, i) => (one === ' ' ? [] : [{ atS: i * 10, value: Number(one) }])),
  });
  const labels = { job: 'shop', instance: 'a' };

  it('counts what was seen, and finds the alert that said so', () => {
    const alert = series('         111  ', { ...labels, alertname: 'Down' });
    const seen = availabilityOf(series('11110000001111', labels), [alert], { stepS: 10, planned: [] });
    expect(seen).toMatchObject({ measuredS: 140, upS: 80 });
    expect(seen.outages).toEqual([{ fromS: 40, toS: 100, plannedS: 0, alert: 'Down', detectedAfterS: 50 }]);
  });

  it('takes a gap for neither up nor down, and knows planned downtime', () => {
    const seen = availabilityOf(series('1100      11', labels), [], { stepS: 10, planned: [{ fromS: 0, toS: 35 }] });
    expect(seen).toMatchObject({ measuredS: 60, upS: 40 });
    expect(seen.outages).toEqual([{ fromS: 20, toS: 40, plannedS: 15, alert: null, detectedAfterS: null }]);
  });

  it('takes no alert of another target, nor one that was firing before', () => {
    const other = series('    111', { job: 'shop', instance: 'b', alertname: 'Down' });
    const before = series('1111111', { job: 'shop', alertname: 'Slow' });
    const seen = availabilityOf(series('1111000', labels), [other, before], { stepS: 10, planned: [] });
    expect(seen.outages).toMatchObject([{ fromS: 40, toS: null, alert: null }]);
  });
});
