import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { askedOf } from '../../../../../src/domains/monitoring/validation/dashboards/data-sources.ts';
import {
  interpolated,
  namesIn,
  type Value,
} from '../../../../../src/domains/monitoring/validation/dashboards/interpolate.ts';
import { lengths, momentMs, rounded } from '../../../../../src/domains/monitoring/validation/dashboards/intervals.ts';
import { parseDashboard } from '../../../../../src/domains/monitoring/validation/dashboards/parse.ts';
import { readDashboards } from '../../../../../src/domains/monitoring/validation/dashboards/read.ts';

/** A variable as Grafana writes it. */
const braced = (name: string) => `$${`{${name}}`}`;

describe('variables in a query', () => {
  const of = (values: string[], isMulti = false, isRaw = false): [string, Value] => ['v', { values, isMulti, isRaw }];
  const put = (text: string, ...value: Parameters<typeof of>) => interpolated(text, new Map([of(...value)]));

  it('is put in as Grafana does', () => {
    expect(put(`up{a="$v"} ${braced('v')} [[v]]`, ['x'])).toBe('up{a="x"} x x');
    expect(put('{a=~"$v"}', ['a.b', 'c'], true)).toBe('{a=~"(a\\\\.b|c)"}');
    expect(put('{a=~"$v"}', ['a.b'], true)).toBe('{a=~"a\\\\.b"}');
    expect(put('{a=~"$v"}', ['.*'], true, true)).toBe('{a=~".*"}');
    expect(put(['v:csv', 'v:pipe', 'v:regex'].map(braced).join(' '), ['a.b', 'c'], true)).toBe('a.b,c a.b|c (a\\.b|c)');
  });

  it('leaves groups of regular expressions and other variables alone', () => {
    const text = 'label_replace(up, "x", "$1", "y", "(.*)$") + $w';
    expect(put(text, ['x'])).toBe(text);
    expect(namesIn(text)).toEqual(['w']);
  });
});

describe('lengths', () => {
  const of = (rangeH: number, more: Partial<Parameters<typeof lengths>[0]> = {}) =>
    lengths({ rangeMs: rangeH * 3_600_000, points: 1000, minStep: null, scrapeIntervalMs: 15_000, factor: 1, ...more });

  it('are those that Grafana puts in', () => {
    expect(of(1)).toEqual({ stepMs: 15_000, intervalMs: 15_000, rateIntervalMs: 60_000 });
    expect(of(24)).toEqual({ stepMs: 60_000, intervalMs: 60_000, rateIntervalMs: 75_000 });
    expect(of(1, { minStep: '1m' })).toEqual({ stepMs: 60_000, intervalMs: 60_000, rateIntervalMs: 240_000 });
    expect(of(1, { minStep: '$__rate_interval' }).stepMs).toBe(60_000);
    expect([14, 16, 44_000, 86_400_000].map(rounded)).toEqual([10, 20, 30_000, 86_400_000]);
  });

  it('reads the times of a dashboard', () => {
    const now = Date.parse('2026-01-02T12:00:00Z');
    expect(momentMs('now-24h', now)).toBe(now - 86_400_000);
    expect(momentMs('now/d', now)).toBe(Date.parse('2026-01-02T00:00:00Z'));
    expect(momentMs('2026-01-01T00:00:00Z', now)).toBe(Date.parse('2026-01-01T00:00:00Z'));
    expect(momentMs('yesterday', now)).toBe(null);
  });
});

describe('data sources', () => {
  const variable = (name: string, type: string, query: string) =>
    parseDashboard({ title: 'x', templating: { list: [{ name, type, query }] } }, 'x').variables;
  const known = [{ uid: 'p', name: 'Metrics', type: 'prometheus', isDefault: true, timeInterval: '30s' }];

  it('of an export for sharing stay open where they are provisioned', () => {
    const found = askedOf(
      { name: braced('DS_PROMETHEUS'), type: null },
      { variables: [], inputs: ['DS_PROMETHEUS'] },
      null,
    );
    expect(found).toMatchObject({ kind: 'wrong', why: expect.stringContaining('provisioned') });
  });

  it('of a variable of that name are none of these', () => {
    const variables = variable('DS_PROMETHEUS', 'datasource', 'prometheus');
    const inputs = ['DS_PROMETHEUS'];
    expect(askedOf({ name: braced('DS_PROMETHEUS'), type: null }, { variables, inputs }, null).kind).toBe('prometheus');
    expect(askedOf({ name: '$DS_PROMETHEUS', type: null }, { variables, inputs }, known)).toEqual({
      ...{ kind: 'prometheus', timeInterval: '30s' },
    });
  });

  it('are known by uid and by name, and one that is not there is found', () => {
    const none = { variables: [], inputs: [] };
    for (const name of ['p', 'Metrics']) expect(askedOf({ name, type: null }, none, known).kind).toBe('prometheus');
    expect(askedOf({ name: 'q', type: 'prometheus' }, none, known)).toMatchObject({ kind: 'wrong' });
    expect(askedOf({ name: 'l', type: 'loki' }, none, null)).toEqual({ kind: 'other', type: 'loki' });
    expect(askedOf(null, none, known).kind).toBe('prometheus');
  });
});

it('reads files, ConfigMaps, lists of these, and old rows; what is none is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dashboards-'));
  const panel = { title: 'Up', type: 'graph', targets: [{ expr: 'up', refId: 'A' }] };
  const dashboard = JSON.stringify({ title: 'One', rows: [{ panels: [panel, panel] }] });
  const map = (label: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  labels: {${label}: "1"}\ndata:\n  one.json: '${dashboard}'\n`;
  writeFileSync(join(folder, 'a.json'), JSON.stringify({ dashboard: JSON.parse(dashboard), meta: {} }));
  writeFileSync(join(folder, 'b.yaml'), `${map('grafana_dashboard')}---\n${map('other')}`);
  writeFileSync(join(folder, 'c.json'), '{');
  writeFileSync(join(folder, 'd.json'), '{"panels": 3}');
  const { dashboards, problems } = readDashboards([folder, join(folder, 'nowhere')]);
  rmSync(folder, { recursive: true });
  expect(dashboards.map(({ title }) => title)).toEqual(['One', 'One']);
  expect(dashboards[0]?.panels.map(({ title }) => title)).toEqual(['Up', 'Up (2)']);
  expect(problems.map(({ why }) => why)).toEqual(['no JSON', expect.stringMatching(/no dashboard/), 'ENOENT']);
});

it('reads the dashboard of the sample system, with its data source', () => {
  const folder = fileURLToPath(new URL('../../../../../src/sample/monitoring/dashboards', import.meta.url));
  const { dashboards, dataSources, problems } = readDashboards([folder]);
  expect(problems).toEqual([]);
  expect(dataSources).toMatchObject([{ uid: 'prometheus', type: 'prometheus', timeInterval: '15s' }]);
  expect(dashboards[0]?.panels.length).toBeGreaterThan(15);
});
