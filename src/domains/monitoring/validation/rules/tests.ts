import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { parsePromql } from '../promql/parse.ts';
import { metricsOf } from '../promql/questions.ts';
import { yamlFiles } from './readers/read.ts';

const testFileSchema = z.looseObject({
  rule_files: z.array(z.string()).default([]),
  tests: z.array(
    z.looseObject({
      alert_rule_test: z
        .array(z.looseObject({ alertname: z.string(), exp_alerts: z.array(z.unknown()).nullish() }))
        .nullish(),
      promql_expr_test: z.array(z.looseObject({ expr: z.string() })).nullish(),
    }),
  ),
});

/** A file of promtool's unit tests, and what it asks for. */
export interface RuleTests {
  /** Absolute. */
  readonly file: string;
  /** Absolute; globs as they were written. */
  readonly ruleFiles: readonly string[];
  /** Alerts that it expects to fire at some moment. One that it expects never to fire shows nothing of the alert. */
  readonly alerts: ReadonlySet<string>;
  readonly metrics: ReadonlySet<string>;
}

/** Files of unit tests among the YAML files at some paths; those that are none are passed over. */
export async function readRuleTests(paths: readonly string[]): Promise<RuleTests[]> {
  const files = [...new Set((await Promise.all(paths.map(yamlFiles))).flat())];
  const all = await Promise.all(
    files.map(async (file): Promise<RuleTests | null> => {
      const document = testFileSchema.safeParse(documentOf(await readFile(file, 'utf8')));
      if (!document.success) return null;
      const { rule_files, tests } = document.data;
      const alerts = tests
        .flatMap((one) => one.alert_rule_test ?? [])
        .filter((one) => (one.exp_alerts?.length ?? 0) > 0);
      const expressions = tests
        .flatMap((one) => one.promql_expr_test ?? [])
        .map(({ expr }) => parsePromql(expr).expression);
      return {
        file,
        ruleFiles: rule_files.map((one) => resolve(dirname(file), one)),
        alerts: new Set(alerts.map(({ alertname }) => alertname)),
        metrics: new Set(expressions.flatMap((one) => (one === undefined ? [] : metricsOf(one)))),
      };
    }),
  );
  return all.filter((one) => one !== null);
}

function documentOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
