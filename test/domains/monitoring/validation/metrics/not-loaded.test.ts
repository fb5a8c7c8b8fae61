import { expect, test } from 'vitest';
import { usedByFiles } from '../../../../../src/domains/monitoring/validation/metrics/uses.ts';
import { rulesOf } from '../../../../../src/domains/monitoring/validation/rules/model.ts';
import { readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';

const rules = (...written: object[]) =>
  rulesOf([readRuleText(JSON.stringify({ groups: [{ name: 'g', rules: written }] }), 'new.yml')]);
const loaded = (name: string, query: string) => ({ groups: [{ rules: [{ type: 'alerting', name, query }] }] }) as never;

test('rules of files that Prometheus does not evaluate are asked for as well', () => {
  const own = rules({ alert: 'Down', expr: 'up{job="note"} == 0' }, { record: 'r:x', expr: 'sum by (a) (x)' });
  expect(usedByFiles(own, { groups: [] })).toEqual([
    { by: 'alert Down of new.yml, which is not loaded', of: 'alert', text: 'up{job="note"} == 0' },
    { by: 'recording r:x of new.yml, which is not loaded', of: 'recording', text: 'sum by (a) (x)' },
  ]);
});

test('one that is loaded, however Prometheus writes it, is asked for once; a changed one is not loaded', () => {
  const own = rules({ alert: 'Many', expr: 'sum(x) by (a)\n  > 1' });
  expect(usedByFiles(own, loaded('Many', 'sum by (a) (x) > 1'))).toEqual([]);
  expect(usedByFiles(own, loaded('Many', 'sum by (a) (x) > 2'))).toHaveLength(1);
  expect(usedByFiles(own, loaded('Other', 'sum by (a) (x) > 1'))).toHaveLength(1);
});
