import type { z } from 'zod';
import { redact } from '../../watch/redact.ts';
import type { rulesAnswer } from '../prometheus/answers.ts';
import type { PrometheusApi, Sample } from '../prometheus/api.ts';
import type { Of } from './evidence.ts';
import type { Attempt } from './gather-server.ts';

type Rule = z.output<typeof rulesAnswer>['groups'][number]['rules'][number];

/** Moments at which a rule is held against what it recorded. */
const moments = 5;
/** Values come about in another order of additions. */
const tolerance = 1e-9;

/**
 * Whether rules recorded what their expressions come to. Both are asked for at the same moments, at which the rule was evaluated. Samples of such a moment
 * may have come in only after the rule had been evaluated, so one moment that agrees shows that the rule is the right one.
 */
export async function gatherRecording(
  api: PrometheusApi,
  attempt: Attempt,
  { groups }: z.output<typeof rulesAnswer>,
  nowS: number,
): Promise<Of<'recording'>[]> {
  const found: Of<'recording'>[] = [];
  for (const { interval, rules } of groups) {
    for (const rule of rules) {
      if (rule.type !== 'recording') continue;
      const seen = await attempt('recording rules', () => compared(api, rule, interval, nowS));
      if (seen === null) continue;
      const error = redact(rule.lastError ?? '');
      found.push({ kind: 'recording', rule: rule.name, health: rule.health, error, ...seen });
    }
  }
  return found;
}

async function compared(api: PrometheusApi, rule: Rule, intervalS: number, nowS: number) {
  const own = Object.entries(rule.labels ?? {}).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const selector = own.length === 0 ? rule.name : `${rule.name}{${own.join(',')}}`;
  let [agreed, asked, difference] = [0, 0, ''];
  const seen = new Set<number>();
  for (let i = 0; i < 2 * moments && asked < moments; i++) {
    const [last] = await api.instant(`max(timestamp(${selector}))`, nowS - i * intervalS);
    const atS = last?.value;
    if (atS === undefined) {
      // It records nothing where its expression has nothing.
      if (i > 0 || (await api.instant(rule.query, nowS)).length === 0) continue;
      return { compared: 1, agreed: 0, difference: 'its expression has a value and it has recorded none' };
    }
    if (seen.has(atS)) continue;
    seen.add(atS);
    const recorded = await api.instant(selector, atS);
    const differs = differenceOf(await api.instant(rule.query, atS), recorded, rule.labels ?? {});
    asked++;
    if (differs === null) agreed++;
    else difference = differs;
  }
  return { compared: asked, agreed, difference: redact(difference) };
}

/** null: they are the same. */
function differenceOf(
  expected: readonly Sample[],
  recorded: readonly Sample[],
  labels: Record<string, string>,
): string | null {
  const key = (of: Record<string, string>) =>
    JSON.stringify(
      Object.entries(of)
        .filter(([name, value]) => name !== '__name__' && value !== '')
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  const values = new Map(recorded.map(({ labels: of, value }) => [key(of), value]));
  for (const { labels: of, value } of expected) {
    const found = values.get(key({ ...of, ...labels }));
    if (found === undefined) return `${expected.length} series are to be recorded and ${recorded.length} are`;
    if (!isSame(found, value)) return `it recorded ${found}, and its expression is ${value}`;
  }
  // What another rule records under the same name has other labels.
  return expected.length === 0 && recorded.length > 0 ? `it recorded ${recorded.length} series of nothing` : null;
}

function isSame(a: number, b: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}
