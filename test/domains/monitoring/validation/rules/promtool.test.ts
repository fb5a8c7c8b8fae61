import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBlindSpots } from '../../../../../src/domains/monitoring/validation/rules/blind-spots/find.ts';
import { checkStatically } from '../../../../../src/domains/monitoring/validation/rules/checks/every.ts';
import { findSyntaxErrors } from '../../../../../src/domains/monitoring/validation/rules/promtool/check.ts';
import { findPromtool, type Promtool } from '../../../../../src/domains/monitoring/validation/rules/promtool/find.ts';
import { gotAlerts, gotSamples } from '../../../../../src/domains/monitoring/validation/rules/promtool/output.ts';
import { testFiles, testWritten } from '../../../../../src/domains/monitoring/validation/rules/promtool/run.ts';
import { readRules, readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';
import { onPath } from '../../../../../src/environment/paths.ts';

const there = onPath('promtool').length > 0;
const withPromtool = test.skipIf(!there);
let folder: string;
let promtool: Promtool;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  if (there) promtool = await findPromtool();
});

afterAll(() => rmSync(folder, { recursive: true }));

test('where there is no promtool it is said what to install, with exit code 4', async () => {
  await expect(findPromtool({ PATH: folder })).rejects.toMatchObject({
    code: 'PROMTOOL_MISSING',
    exitCode: 4,
    hint: expect.stringContaining('apt install'),
  });
  writeFileSync(join(folder, 'other'), '#!/bin/sh\necho promtool, version 2.1.0\n', { mode: 0o755 });
  await expect(findPromtool({ PATH: '', SHAKEDOWN_PROMTOOL: join(folder, 'other') })).rejects.toMatchObject({
    message: expect.stringContaining('too old'),
  });
});

withPromtool('what promtool has against a file is said with its line', async () => {
  const file = join(folder, 'bad.yml');
  writeFileSync(
    file,
    'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: rate(x) > 1\n  - alert: B\n    expr: x > 1\n    annotations: { summary: "{{ $foo }}" }\n',
  );
  const files = await readRules([file], () => 'bad.yml');
  const findings = await findSyntaxErrors(files, () => file, { promtool, folder });
  expect(findings.map(({ line, rule, what }) => `${line} ${rule} ${what}`)).toEqual([
    expect.stringMatching(/^5 A promtool: .*range vector/),
    expect.stringMatching(/^7 B promtool: .*undefined variable/),
  ]);
  writeFileSync(file, 'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: x > 1\n    frobnicate: 3\n');
  const unknown = await findSyntaxErrors(await readRules([file], () => 'bad.yml'), () => file, { promtool, folder });
  expect(unknown).toMatchObject([{ kind: 'wrong', line: 6, what: expect.stringContaining('frobnicate') }]);
});

withPromtool('rules of other formats are checked as rule files', async () => {
  const text =
    'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec: { groups: [{ name: g, rules: [{ alert: A, expr: sum(x, 1 }] }] }\n'.replace(
      'sum(x, 1',
      'rate(x)',
    );
  const findings = await findSyntaxErrors([readRuleText(text, 'r.yml')], (file) => file, { promtool, folder });
  expect(findings).toMatchObject([{ file: 'r.yml', line: 3, rule: 'A' }]);
});

withPromtool('what promtool got is read from what it prints', async () => {
  writeFileSync(
    join(folder, 'rules.yml'),
    JSON.stringify({
      groups: [
        {
          name: 'g',
          rules: [{ alert: 'A', expr: 'x > 1', annotations: { summary: 'a "quoted", {{ $labels.a }}\nline' } }],
        },
      ],
    }),
  );
  const { output } = await testWritten(
    't.json',
    {
      rule_files: ['rules.yml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: [{ series: 'x{a="b, c=\\"d\\"", e="{f}"}', values: '2x5' }],
          promql_expr_test: [
            { expr: 'x{a!="\\"\\\\"} * 2.5', eval_time: '3m', exp_samples: [] },
            { expr: 'none', eval_time: '3m', exp_samples: [{ labels: '{}', value: 1 }] },
          ],
          alert_rule_test: [{ eval_time: '2m', alertname: 'A', exp_alerts: [] }],
        },
      ],
    },
    { promtool, folder },
  );
  const labels = { a: 'b, c="d"', e: '{f}' };
  const unique = new Map(gotSamples(output).map((one) => [one.expr, one.samples]));
  expect([...unique]).toEqual([
    ['x{a!="\\"\\\\"} * 2.5', [{ labels, value: 5 }]],
    ['none', []],
  ]);
  expect(gotAlerts(output)).toMatchObject([
    {
      alertname: 'A',
      time: '2m',
      alerts: [{ labels: { ...labels, alertname: 'A' }, annotations: { summary: 'a "quoted", b, c="d"\nline' } }],
    },
  ]);
});

withPromtool('of many files it is known which passed', async () => {
  const write = (name: string, value: number) => {
    const file = join(folder, name);
    writeFileSync(
      file,
      JSON.stringify({
        tests: [
          {
            interval: '1m',
            promql_expr_test: [{ expr: 'vector(1)', eval_time: '0m', exp_samples: [{ labels: '{}', value }] }],
          },
        ],
      }),
    );
    return file;
  };
  expect(await testFiles([write('1.json', 1), write('2.json', 2), write('3.json', 1)], { promtool, folder })).toEqual([
    true,
    false,
    true,
  ]);
});

withPromtool('blind spots: what fires when the series of an alert are gone', async () => {
  const text = JSON.stringify({
    groups: [
      {
        name: 'g',
        rules: [
          { record: 'job:errors:rate5m', expr: 'sum by (job) (rate(errors_total{job="shop"}[5m]))' },
          { alert: 'Errors', expr: 'job:errors:rate5m > 1' },
          { alert: 'Down', expr: 'up{job="shop"} == 0', for: '1m' },
          { alert: 'Gone', expr: 'absent(up{job="shop"})' },
          { alert: 'NoQueue', expr: 'absent_over_time(queue_length{job="queue"}[10m])' },
          { alert: 'Queue', expr: 'queue_length{job="queue"} > 5' },
          { alert: 'Disk', expr: 'disk_free{job="node"} < 5' },
          { alert: 'Watchdog', expr: 'vector(1)' },
        ],
      },
    ],
  });
  const { known } = checkStatically([readRuleText(text, 'r.yml')], {
    requiredLabels: [],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
  });
  const { spots, leftOut } = await findBlindSpots(known, { promtool, folder });
  expect(leftOut).toBe(0);
  expect(Object.fromEntries(spots.map(({ rule, seenBy }) => [rule.name, seenBy]))).toMatchObject({
    Errors: { scrape: ['Down'], target: ['Gone'], metric: [] },
    Queue: { scrape: ['NoQueue'], target: ['NoQueue'], metric: ['NoQueue'] },
    Disk: { scrape: [], target: [], metric: [] },
  });
});
