import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { readRules, readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';

const plain = `groups:
  - name: g
    interval: 30s
    rules:
      - record: job:x:rate5m
        expr: sum by (job) (rate(x[5m]))
      - alert: High
        expr: |
          x
            > 1
        for: 1m30s
        labels: { severity: page }
        annotations:
          summary: 'High {{ $value }}'
`;

test('a rule file is read with the line of each key', () => {
  const { groups, formats, remarks } = readRuleText(plain, 'a.yml');
  expect({ formats, remarks }).toEqual({ formats: ['Prometheus'], remarks: [] });
  const [record, alert] = groups[0]?.rules ?? [];
  expect(groups[0]).toMatchObject({ name: 'g', intervalMs: 30_000 });
  expect(record).toMatchObject({ kind: 'record', name: 'job:x:rate5m', place: { file: 'a.yml', line: 5 } });
  expect(alert).toMatchObject({
    kind: 'alert',
    forMs: 90_000,
    labels: { severity: 'page' },
    lines: { expr: 8, 'annotations.summary': 14 },
  });
});

test('Helm output is many documents; other resources are passed over', () => {
  const text = `---\n# Source: chart/templates/deployment.yaml\napiVersion: apps/v1\nkind: Deployment\n---\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: { name: r }\nspec:\n${plain.replace(/^/gm, '  ')}`;
  const { groups, formats, remarks } = readRuleText(text, 'out.yml');
  expect({ formats, remarks }).toEqual({ formats: ['PrometheusRule'], remarks: [] });
  expect(groups[0]?.rules[1]?.place.line).toBe(16);
});

test.each([
  ['spec:\n  {{- if .Values.rules }}\n  groups: []\n', 2],
  ['{{- range .Values.x }}\ngroups: []\n{{- end }}\n', 1],
])('a template that is not rendered is said', (text, line) => {
  const { remarks } = readRuleText(text, 't.yaml');
  expect(remarks).toMatchObject([{ kind: 'gap', place: { line }, what: expect.stringContaining('not rendered') }]);
});

test('what is wrong with a file is said with its line', () => {
  expect(readRuleText('groups:\n  - name: g\n    rules:\n      - alert: A\n', 'b.yml').remarks).toMatchObject([
    { kind: 'error', place: { line: 4 } },
  ]);
  expect(readRuleText('groups: [\n', 'b.yml').remarks).toMatchObject([{ kind: 'error' }]);
  expect(readRuleText('a: 1\n', 'b.yml').remarks).toMatchObject([
    { kind: 'gap', what: expect.stringContaining('no rules') },
  ]);
  expect(readRuleText(plain.replace('1m30s', '90 s'), 'b.yml').remarks).toMatchObject([
    { kind: 'error', place: { line: 11 } },
  ]);
});

const grafana = (conditions: string, extra = '') => `apiVersion: 1
groups:
  - orgId: 1
    name: g
    folder: f
    interval: 1m
    rules:
      - uid: a
        title: High
        condition: C
        for: 5m
        ${extra}
        data:
          - refId: A
            relativeTimeRange: { from: 600, to: 0 }
            datasourceUid: prom
            model: { expr: 'rate(x[5m])', instant: true }
          - refId: B
            datasourceUid: __expr__
            model: { type: reduce, expression: A, reducer: last }
          - refId: C
            datasourceUid: __expr__
            model: ${conditions}
        labels: { severity: page }
`;

test.each([
  ['{ type: threshold, expression: B, conditions: [{ evaluator: { type: gt, params: [3] } }] }', '(rate(x[5m])) > 3'],
  [
    '{ type: threshold, expression: B, conditions: [{ evaluator: { type: outside_range, params: [1, 3] } }] }',
    '((rate(x[5m])) < 1) or ((rate(x[5m])) > 3)',
  ],
  ['{ type: math, expression: "$B > 3 && $A < 9" }', '(rate(x[5m])) > 3  and  (rate(x[5m])) < 9'],
])('Grafana’s %s is translated', (model, expr) => {
  const { groups, formats, remarks } = readRuleText(grafana(model), 'g.yml');
  expect({ formats, remarks }).toEqual({ formats: ['Grafana'], remarks: [] });
  expect(groups[0]?.rules).toMatchObject([{ name: 'High', expr, forMs: 300_000, labels: { severity: 'page' } }]);
});

test('what of Grafana’s cannot be translated is said', () => {
  expect(readRuleText(grafana('{ type: resample, expression: B }'), 'g.yml').remarks).toMatchObject([
    { kind: 'gap', what: expect.stringContaining('resample') },
  ]);
  expect(readRuleText(grafana('{ type: math, expression: "is_nan($B)" }'), 'g.yml').remarks).toHaveLength(1);
  const threshold = '{ type: threshold, expression: B, conditions: [{ evaluator: { type: gt, params: [3] } }] }';
  expect(readRuleText(grafana(threshold, 'noDataState: OK'), 'g.yml').remarks).toMatchObject([
    { what: expect.stringContaining('silent') },
  ]);
  expect(readRuleText(grafana(threshold, 'isPaused: true'), 'g.yml').groups[0]?.rules).toEqual([]);
});

test('SLOs of Sloth and OpenSLO are read, with what they do not hold', () => {
  const sloth = `version: prometheus/v1\nservice: s\nslos:\n  - name: a\n    objective: 99.9\n    sli: { events: { error_query: 'sum(rate(e[{{.window}}]))', total_query: 'sum(rate(t[{{ .window }}]))' } }\n  - name: p\n    objective: 99\n    sli: { plugin: { id: x } }\n`;
  const read = readRuleText(sloth, 's.yml');
  expect(read.slos).toMatchObject([
    { id: 's-a', objective: 99.9, bad: 'sum(rate(e[5m]))', total: 'sum(rate(t[5m]))' },
    { id: 's-p', total: null },
  ]);
  expect(read.remarks).toMatchObject([{ kind: 'gap', place: { line: 7 } }]);
  const resource = `apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\nspec:\n  service: s\n  slos:\n    - name: a\n      objective: 99\n      sli: { raw: { errorRatioQuery: 'e[{{.window}}]' } }\n`;
  expect(readRuleText(resource, 's.yml').slos).toMatchObject([{ bad: 'e[5m]', total: null }]);
  const open = `apiVersion: openslo/v1\nkind: SLO\nmetadata: { name: a }\nspec:\n  service: s\n  indicator: { spec: { ratioMetric: { total: { metricSource: { type: Prometheus, spec: { query: t } } }, good: { metricSource: { type: Datadog, spec: { query: g } } } } } }\n  objectives: [{ target: 0.995 }]\n`;
  const slos = readRuleText(open, 'o.yml');
  expect(slos.slos).toMatchObject([{ objective: 99.5, total: 't', good: null }]);
  expect(slos.remarks).toMatchObject([{ what: expect.stringContaining('Datadog') }]);
});

test('folders are read, and a path that is not there is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  try {
    writeFileSync(join(folder, 'a.yml'), plain);
    writeFileSync(join(folder, 'notes.txt'), 'none');
    expect((await readRules([folder])).map(({ groups }) => groups.length)).toEqual([1]);
    await expect(readRules([join(folder, 'none')])).rejects.toMatchObject({ code: 'RULES_NOT_FOUND' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('aliases and merge keys are read as Prometheus reads them', () => {
  const text = `groups:
  - name: g
    rules:
      - &template
        alert: First
        expr: x > 1
        for: 5m
        labels: &labels { severity: page, owner: shop }
        annotations: &texts { summary: first }
      - alert: Second
        expr: y > 1
        labels: *labels
        annotations: { <<: *texts, runbook_url: 'https://example.com' }
      - <<: [*template]
        alert: Third
`;
  const [first, second, third] = readRuleText(text, 'a.yml').groups[0]?.rules ?? [];
  expect(first).toMatchObject({ name: 'First', labels: { severity: 'page', owner: 'shop' } });
  expect(second).toMatchObject({
    labels: { severity: 'page', owner: 'shop' },
    annotations: { summary: 'first', runbook_url: 'https://example.com' },
  });
  expect(third).toMatchObject({ name: 'Third', expr: 'x > 1', forMs: 300_000, annotations: { summary: 'first' } });
});

test('rules in a ConfigMap are read; what is no rule file in it is passed over', () => {
  const text = `apiVersion: v1\nkind: ConfigMap\ndata:\n  settings.ini: a=1\n  r.yaml: |\n${plain.replace(/^/gm, '    ')}`;
  const { groups, formats } = readRuleText(text, 'out.yml');
  expect(formats).toEqual(['Prometheus']);
  expect(groups[0]?.rules[1]).toMatchObject({ name: 'High', place: { file: 'out.yml (r.yaml)', line: 7 } });
});

test('what cannot be read costs no other file, and a pipe is not waited for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-rules-'));
  try {
    writeFileSync(join(folder, 'good.yml'), plain);
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.yml'));
    execFileSync('mkfifo', [join(folder, 'pipe.yml')]);
    const files = await readRules([folder], (path) => basename(path));
    expect(files.map(({ file, groups, remarks }) => [file, groups.length, remarks.map(({ what }) => what)])).toEqual([
      ['dangling.yml', 0, ['It cannot be read (ENOENT).']],
      ['good.yml', 1, []],
      ['pipe.yml', 0, ['It is no file.']],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file that is there by several names, as in a mounted ConfigMap, is read once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-rules-'));
  try {
    mkdirSync(join(folder, '..2026_11_20'));
    writeFileSync(join(folder, '..2026_11_20', 'a.yml'), plain);
    symlinkSync('..2026_11_20', join(folder, '..data'));
    symlinkSync('..data/a.yml', join(folder, 'a.yml'));
    symlinkSync('.', join(folder, 'loop'));
    const files = await readRules([folder, join(folder, 'a.yml')], basename);
    expect(files.map(({ file }) => file)).toEqual(['a.yml']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
