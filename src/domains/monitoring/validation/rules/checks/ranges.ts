import { durationText } from '../../promql/duration.ts';
import { bare, type Expression, everyPart, type Range, type Selector } from '../../promql/expression.ts';
import { type Finding, finding } from '../finding.ts';
import type { Known, ParsedRule } from '../parsed.ts';

/** Functions that need two samples at least. */
const needTwo = new Set([
  'rate',
  'increase',
  'irate',
  'delta',
  'idelta',
  'deriv',
  'predict_linear',
  'changes',
  'resets',
]);
const ofCounters = new Set(['rate', 'increase', 'irate']);

/**
 * Ranges that hold too few samples: fewer than two give nothing; fewer than four are lost with one late scrape. Counters that are compared without
 * their rate.
 */
export function checkRanges({ rule, expression }: ParsedRule, known: Known): Finding[] {
  const findings: Finding[] = [];
  for (const part of everyPart(expression)) {
    if (part.kind !== 'call' || !needTwo.has(part.name)) continue;
    const range = part.arguments.map(rangeIn).find((one) => one !== null);
    if (range == null || range.durationMs === null) continue;
    const selector = bare(range.of);
    if (ofCounters.has(part.name) && range.isSubquery && selector.kind === 'aggregate' && selector.name === 'sum') {
      const what = `\`${part.name}\` of a \`sum\` takes each restart of one instance for a reset of all.`;
      findings.push(
        finding('wrong', 'range', rule, 'expr', what, `Sum the ${part.name} of each: \`sum(${part.name}(…))\`.`),
      );
    }
    const { everyMs, isKnown, by } = intervalOf(range, selector.kind === 'selector' ? selector : null, known);
    const samples = range.durationMs / everyMs;
    if (samples >= 4) continue;
    const shown = `\`${part.name}\` over ${durationText(range.durationMs)} of what is ${by} every ${durationText(everyMs)}`;
    const todo = `Take ${durationText(4 * everyMs)} or more.`;
    if (samples < 2) {
      const what = `${shown} has fewer than two samples most of the time, and then gives nothing.`;
      findings.push(finding(isKnown ? 'wrong' : 'review', 'range', rule, 'expr', what, todo));
    } else
      findings.push(finding('review', 'range', rule, 'expr', `${shown} gives nothing after one missed scrape.`, todo));
  }
  return [...findings, ...rawCounters({ rule, expression })];
}

function rangeIn(given: Expression): Range | null {
  const expression = bare(given);
  if (expression.kind === 'range') return expression;
  return expression.kind === 'offset' || expression.kind === 'modified' ? rangeIn(expression.of) : null;
}

function intervalOf(
  range: Range,
  selector: Selector | null,
  { scrape, recorded }: Known,
): { everyMs: number; isKnown: boolean; by: string } {
  if (range.isSubquery)
    return range.stepMs === null
      ? { everyMs: Math.max(1, (range.durationMs ?? 0) / 4), isKnown: false, by: 'evaluated' }
      : { everyMs: range.stepMs, isKnown: true, by: 'evaluated' };
  const isRecorded = selector?.metric != null && recorded.has(selector.metric);
  const job = selector?.matchers.find(({ label, operator }) => label === 'job' && operator === '=')?.value;
  const ofJob = job === undefined ? undefined : scrape.byJobMs.get(job);
  // Of a job that is not named it is certain only what holds for the one that is scraped most often.
  const fastest = ofJob ?? Math.min(scrape.otherMs, ...scrape.byJobMs.values());
  return {
    everyMs: ofJob ?? scrape.otherMs,
    isKnown: scrape.isKnown && !isRecorded && (range.durationMs ?? 0) < 2 * fastest,
    by: isRecorded ? 'recorded' : 'scraped',
  };
}

/** `errors_total > 10` is true for ever after the tenth. */
function rawCounters({ rule, expression }: ParsedRule): Finding[] {
  return everyPart(expression).flatMap((part) => {
    if (part.kind !== 'binary' || !['>', '>=', '<', '<='].includes(part.operator)) return [];
    const side = summed(part.left);
    if (side === null || side.metric === null || !/_total$/.test(side.metric) || side.metric.includes(':')) return [];
    if (bare(part.right).kind !== 'number' || rule.kind !== 'alert') return [];
    const what = `${side.metric} is a counter by its name, and is compared as it stands: what it counted before is in it until a restart.`;
    return [
      finding('review', 'counter', rule, 'expr', what, `Compare its increase: \`increase(${side.metric}[15m])\`.`),
    ];
  });
}

function summed(given: Expression): Selector | null {
  const expression = bare(given);
  if (expression.kind === 'selector') return expression;
  return expression.kind === 'aggregate' && ['sum', 'max', 'avg'].includes(expression.name)
    ? summed(expression.of)
    : null;
}
