import { parse } from 'yaml';
import { z } from 'zod';
import { ask } from '../../watch/ask.ts';
import { durationMs } from '../promql/duration.ts';
import { parsePromql } from '../promql/parse.ts';
import { canonical } from '../promql/same.ts';
import type { Server } from '../server.ts';
import { type Finding, finding, findingAt } from './finding.ts';
import { neededLeavesOf } from './leaves.ts';
import type { RuleFile, Slo } from './model.ts';
import type { Known, ParsedRule, ScrapeIntervals } from './parsed.ts';

const number = z.coerce.number();
const rulesSchema = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        rules: z.array(
          z.object({
            name: z.string(),
            query: z.string(),
            duration: number.optional(),
            labels: z.record(z.string(), z.string()).optional(),
            annotations: z.record(z.string(), z.string()).optional(),
            health: z.string().optional(),
            lastError: z.string().optional(),
            type: z.string(),
          }),
        ),
      }),
    ),
  }),
});
const vectorSchema = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([number, z.string()]) })),
  }),
});
const configSchema = z.object({ data: z.object({ yaml: z.string() }) });
const scrapeSchema = z.looseObject({
  global: z.looseObject({ scrape_interval: z.string().optional() }).optional(),
  scrape_configs: z.array(z.looseObject({ job_name: z.string(), scrape_interval: z.string().optional() })).optional(),
});

/** What a running Prometheus says; it is only read. */
export class LivePrometheus {
  private readonly server: Server;

  constructor(server: Server) {
    this.server = server;
  }

  private async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const { url, headers, caFile } = this.server;
    const text = await ask(`${url}${path}`, { headers: { ...headers }, caFile }, 'application/json');
    return schema.parse(JSON.parse(text));
  }

  /** @throws Error where it cannot be asked */
  async query(expr: string): Promise<{ labels: Record<string, string>; value: number }[]> {
    const { data } = await this.get(`/api/v1/query?query=${encodeURIComponent(expr)}`, vectorSchema);
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  async loadedRules() {
    return (await this.get('/api/v1/rules', rulesSchema)).data.groups;
  }

  /** Of the configuration that runs. */
  async scrapeIntervals(): Promise<ScrapeIntervals> {
    return scrapeIntervalsOf((await this.get('/api/v1/status/config', configSchema)).data.yaml);
  }
}

/** How often a configuration of Prometheus has its jobs scraped; Prometheus' own default is a minute. */
export function scrapeIntervalsOf(yaml: string): ScrapeIntervals {
  const { global, scrape_configs } = scrapeSchema.parse(parse(yaml) ?? {});
  const otherMs = durationMs(global?.scrape_interval ?? '1m') ?? 60_000;
  const jobs = (scrape_configs ?? []).map(({ job_name, scrape_interval }): [string, number] => [
    job_name,
    (scrape_interval === undefined ? null : durationMs(scrape_interval)) ?? otherMs,
  ]);
  return { byJobMs: new Map(jobs), otherMs: Math.max(otherMs, ...jobs.map(([, ms]) => ms)), isKnown: true };
}

/** Rules that run compared with the files, and whether the last reload was taken. */
export async function compareLoaded(
  live: LivePrometheus,
  files: readonly RuleFile[],
  known: Known,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const [reload] = await live.query('prometheus_config_last_reload_successful').catch(() => []);
  const place = known.rules[0]?.rule.place ?? { file: files[0]?.file ?? 'rules', line: 1 };
  if (reload?.value === 0) {
    const what = 'Prometheus refused its configuration at the last reload and goes on with the one before.';
    findings.push(
      findingAt('wrong', 'loaded', place, what, 'Look into its log, mend the configuration and reload it.'),
    );
  }
  const groups = await live.loadedRules();
  const loaded = groups.flatMap(({ rules }) => rules);
  const byName = new Map<string, typeof loaded>();
  for (const one of loaded) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  for (const one of known.rules) {
    const { rule } = one;
    const same = (byName.get(rule.name) ?? []).filter(({ type }) => (type === 'alerting') === (rule.kind === 'alert'));
    if (same.length === 0) {
      const what = `${rule.name} is in the files, and Prometheus has not loaded it.`;
      findings.push(
        finding('wrong', 'loaded', rule, 'expr', what, 'Reload Prometheus, or add the file to its `rule_files`.'),
      );
    } else if (!same.some((other) => isSame(one, other))) {
      const what = `${rule.name} runs in another form than the file has: ${differences(one, same[0])}.`;
      findings.push(finding('wrong', 'loaded', rule, 'expr', what, 'Reload Prometheus, or correct the file.'));
    }
  }
  const names = new Set(known.rules.map(({ rule }) => rule.name));
  for (const one of loaded) {
    if (one.health === 'err') {
      const rule = known.rules.find(({ rule: { name } }) => name === one.name)?.rule;
      const what = `${one.name} cannot be evaluated: ${(one.lastError ?? 'no reason given').slice(0, 200)}.`;
      findings.push({
        ...findingAt('wrong', 'loaded', rule?.place ?? place, what, 'Correct the expression.'),
        rule: one.name,
      });
    }
    if (!names.has(one.name)) {
      const what = `Prometheus runs ${one.name}, which is in none of the files that were given.`;
      findings.push(findingAt('review', 'loaded', place, what, 'Give its file too, or take it out of Prometheus.'));
    }
  }
  return findings;
}

type LoadedRule = Awaited<ReturnType<LivePrometheus['loadedRules']>>[number]['rules'][number];

function isSame(one: ParsedRule, other: LoadedRule): boolean {
  return differences(one, other) === '';
}

function differences({ rule, expression }: ParsedRule, other: LoadedRule | undefined): string {
  if (other === undefined) return '';
  const found: string[] = [];
  const loaded = parsePromql(other.query).expression;
  if (loaded !== undefined && canonical(loaded) !== canonical(expression)) found.push('expression');
  if (rule.kind === 'alert' && (other.duration ?? 0) * 1000 !== rule.forMs) found.push('for');
  const text = (table: Readonly<Record<string, string>> | undefined) =>
    JSON.stringify(Object.entries(table ?? {}).sort());
  if (text(other.labels) !== text(rule.labels)) found.push('labels');
  if (rule.kind === 'alert' && text(other.annotations) !== text(rule.annotations)) found.push('annotations');
  return found.join(', ');
}

/** Metrics that rules read and Prometheus does not have, and objectives that select nothing, which read as 100 %. */
export async function findAbsentSeries(live: LivePrometheus, slos: readonly Slo[], known: Known): Promise<Finding[]> {
  const findings: Finding[] = [];
  const wanted = new Map<string, ParsedRule[]>();
  for (const one of known.rules) {
    for (const { metric } of neededLeavesOf(one, known)) {
      if (metric !== null) wanted.set(metric, [...(wanted.get(metric) ?? []), one]);
    }
  }
  const names = [...wanted.keys()];
  for (let at = 0; at < names.length; at += 50) {
    const some = names.slice(at, at + 50);
    const found = await live.query(`group by (__name__) ({__name__=~${JSON.stringify(some.join('|'))}})`);
    const there = new Set(found.map(({ labels }) => labels.__name__));
    for (const name of some.filter((one) => !there.has(one))) {
      for (const { rule } of new Set(wanted.get(name))) {
        const what = `${rule.name} reads ${name}, and Prometheus has no such series now.`;
        findings.push(
          finding('review', 'absent-series', rule, 'expr', what, 'Correct the name, or see why nothing exports it.'),
        );
      }
    }
  }
  for (const slo of slos) {
    if (slo.total === null || parsePromql(slo.total).expression === undefined) continue;
    if ((await live.query(slo.total)).length > 0) continue;
    const what = `The SLO ${slo.name} selects nothing: no event is counted, so it reads as 100 % whatever happens.`;
    findings.push(findingAt('wrong', 'slo', slo.place, what, 'Correct the selectors of its total.'));
  }
  return findings;
}
