import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseAlertmanager } from '../../src/domains/monitoring/validation/alertmanager/read.ts';
import { allRoutes } from '../../src/domains/monitoring/validation/alertmanager/routing.ts';
import { parsePromql } from '../../src/domains/monitoring/validation/promql/parse.ts';
import { canonical } from '../../src/domains/monitoring/validation/promql/same.ts';
import { checkStatically } from '../../src/domains/monitoring/validation/rules/checks/every.ts';
import { type RuleFile, rulesOf } from '../../src/domains/monitoring/validation/rules/model.ts';
import { ruleFileText } from '../../src/domains/monitoring/validation/rules/promtool/rule-file-text.ts';
import { readRuleText } from '../../src/domains/monitoring/validation/rules/readers/read.ts';
import { onPath } from '../../src/environment/paths.ts';

/**
 * Test files of Prometheus v2.42.0, Alertmanager v0.25.0 and Sloth v0.16.0, which are not in this repository: a folder with their sources in `prometheus`,
 * `alertmanager` and `sloth`.
 */
const folder = process.env.SHAKEDOWN_MONITORING_TESTDATA ?? '';
const [promtool] = onPath('promtool');
const [amtool] = onPath('amtool');
const sloth = [process.env.SHAKEDOWN_SLOTH ?? '', ...onPath('sloth')].find((one) => one !== '' && existsSync(one));

function filesIn(...path: string[]): string[] {
  const at = join(folder, ...path);
  if (folder === '' || !existsSync(at)) return [];
  return readdirSync(at)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(at, name));
}

function said(program: string, args: string[]): Promise<{ passed: boolean; output: string; stdout: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 60_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ passed: error === null, output: stdout + stderr, stdout }),
    );
  });
}

/** Whether Prometheus 2.42 would take it, by our own reading. */
function isValid(file: RuleFile): boolean {
  const asked = {
    requiredLabels: [],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map<string, number>(), otherMs: 60_000, isKnown: false },
  };
  const { findings } = checkStatically([file], asked);
  return !findings.some(
    ({ check, kind, what }) => check === 'syntax' && (kind === 'wrong' || /from version 3/.test(what)),
  );
}

/** Types of arguments are for promtool, which is asked beside our reading. */
const untyped = new Set(['bad_expr.bad.yaml']);
const rules = [...filesIn('prometheus', 'cmd/promtool/testdata'), ...filesIn('prometheus', 'model/rulefmt/testdata')];

describe.skipIf(rules.length === 0 || promtool === undefined)('promtool’s files of rules', () => {
  test.each(rules.map((file) => [basename(file), file]))('%s', async (name, file) => {
    const text = readFileSync(file, 'utf8');
    const document = parse(text) as { groups?: unknown } | null;
    const { passed, output } = await said(promtool ?? '', ['check', 'rules', '--lint=none', file]);
    const own = readRuleText(text, file);
    // What is no file of rules at all we pass over, as folders hold other files too; promtool is only given files of rules.
    if (document?.groups === undefined) {
      expect(rulesOf([own])).toEqual([]);
      return;
    }
    expect([isValid(own), output]).toEqual([passed || untyped.has(name), output]);
    const [, count] = /SUCCESS: (\d+) rules found/.exec(output) ?? [];
    if (passed) expect(rulesOf([own]).length).toBe(Number(count));
  });
});

/** Where our reading is wider than Alertmanager's, for which amtool is asked beside it. */
const differs: Readonly<Record<string, string>> = {
  'conf.nil-match_re-route.yml': 'an expression that is null is read as a text',
  'conf.nil-source_match_re-inhibition.yml': 'an expression that is null is read as a text',
  'conf.nil-target_match_re-inhibition.yml': 'an expression that is null is read as a text',
  'conf.opsgenie-both-file-and-apikey.yml': 'settings of a receiver',
  'conf.opsgenie-default-apikey-old-team.yml': 'settings of a receiver',
  'conf.opsgenie-no-apikey.yml': 'settings of a receiver',
  'conf.slack-both-file-and-url.yml': 'settings of a receiver',
  'conf.slack-no-api-url.yml': 'settings of a receiver',
  'conf.smtp-both-password-and-file.yml': 'settings of a receiver',
  'conf.sns-invalid.yml': 'settings of a receiver',
  'conf.victorops-both-file-and-apikey.yml': 'settings of a receiver',
  'conf.victorops-no-apikey.yml': 'settings of a receiver',
};
const configurations = filesIn('alertmanager', 'config/testdata');

describe.skipIf(configurations.length === 0 || amtool === undefined)('Alertmanager’s configurations', () => {
  test.each(configurations.map((file) => [basename(file), file]))('%s', async (name, file) => {
    const { passed, output } = await said(amtool ?? '', ['check-config', file]);
    const own = (() => {
      try {
        return parseAlertmanager(readFileSync(file, 'utf8'), file);
      } catch {
        return null;
      }
    })();
    expect([own !== null, name]).toEqual([passed || differs[name] !== undefined, name]);
    if (!passed || own === null) return;
    const found = (what: string) => Number(new RegExp(`- (\\d+) ${what}`).exec(output)?.[1]);
    expect([own.inhibitions.length, own.receivers.length, own.templates.length]).toEqual([
      ...[found('inhibit rules'), found('receivers'), found('templates')],
    ]);
    const routes = await said(amtool ?? '', ['config', 'routes', 'show', `--config.file=${file}`]);
    // One line for each, drawn as a tree below a heading.
    const drawn = routes.output.split('\n').filter((line) => /receiver: /.test(line));
    expect(allRoutes(own.route).length, routes.output).toBe(drawn.length);
  });
});

/** What Sloth makes of a file, by itself where it is there, else as its sources have it. */
async function generated(file: string): Promise<string | null> {
  if (sloth !== undefined) {
    const { passed, stdout } = await said(sloth, [
      ...['generate', '-i', file, '--no-log', '-p', join(folder, 'sloth', 'examples')],
    ]);
    return passed ? stdout : null;
  }
  const made = join(folder, 'sloth', 'examples', '_gen', basename(file));
  return existsSync(made) ? readFileSync(made, 'utf8') : null;
}

const slos = filesIn('sloth', 'examples');
/** A plugin of Sloth's writes another query than the file asks for. */
const rewritten = new Set(['contrib-denominator-corrected.yaml']);

describe.skipIf(slos.length === 0)('Sloth’s examples', () => {
  test.each(slos.map((file) => [basename(file), file]))('%s', async (name, file) => {
    const text = await generated(file);
    expect(text, 'Sloth made nothing of it').not.toBeNull();
    const own = readRuleText(readFileSync(file, 'utf8'), file);
    const made = readRuleText(text ?? '', 'generated.yml');
    const all = rulesOf([made]);
    if (promtool !== undefined) {
      const place = join(tmpdir(), `shakedown-sloth-${process.pid}.yml`);
      writeFileSync(place, ruleFileText(made.groups));
      const { passed } = await said(promtool, ['check', 'rules', '--lint=none', place]);
      rmSync(place);
      expect(isValid(made)).toBe(passed);
    }
    const ids = new Set(all.flatMap(({ labels }) => labels.sloth_id ?? []));
    expect(new Set(own.slos.map(({ id }) => id))).toEqual(ids);
    for (const slo of own.slos) {
      const of = all.filter(({ labels }) => labels.sloth_id === slo.id);
      expect(of.find(({ name }) => name === 'sloth_slo_info')?.labels.sloth_objective).toBe(String(slo.objective));
      const errors = of.find(({ name }) => name === 'slo:sli_error:ratio_rate5m')?.expr ?? '';
      const expected = slo.total === null ? slo.bad : slo.bad === null ? null : `(${slo.bad}) / (${slo.total})`;
      if (expected === null || rewritten.has(name)) continue;
      const meaning = (expr: string) => canonical(parsePromql(expr).expression as never);
      // MetricsQL is no PromQL, and none of both takes it.
      if (parsePromql(errors).expression === undefined) expect(parsePromql(expected).expression).toBeUndefined();
      else expect(meaning(errors)).toBe(meaning(expected));
    }
  });
});

test.skipIf(rules.length + configurations.length + slos.length > 0)(
  'SHAKEDOWN_MONITORING_TESTDATA names no sources of Prometheus, Alertmanager and Sloth, so nothing was compared',
  () => {},
);
