import { add, type Imported, idOf, listOf, tableOf, textOf, type WrittenObjective } from './imported.ts';

const criterionForm = /^(<=|<|>=|>|=)\s*([+-]?)\s*(\d+(?:\.\d+)?)\s*(%?)$/;

interface Criterion {
  comparison: string;
  value: number;
  /** Against earlier runs, in percent; null: absolute. */
  changePercent: number | null;
}

/** Names that Keptn’s services give to what is measured here. */
const known: readonly [RegExp, (found: RegExpExecArray) => WrittenObjective][] = [
  [/^response_time_p(\d+)$/, ([, p]) => ({ metric: 'response_time', statistic: `p${p}` })],
  [/^error_rate$/, () => ({ metric: 'error_rate' })],
  [/^throughput$/, () => ({ metric: 'throughput' })],
];

/** @param indicators queries by the name of the SLI, of an `sli.yaml` */
export function importKeptn(
  slo: Readonly<Record<string, unknown>>,
  indicators: Readonly<Record<string, unknown>>,
): Imported {
  const found: Imported = { objectives: {}, notes: [] };
  const comparison = tableOf(slo.comparison);
  const comparedWith = comparison.compare_with === 'several_results' ? 'median' : 'last';
  for (const one of listOf(slo.objectives).map(tableOf)) {
    const why = convert(one, indicators, comparedWith, found);
    if (why !== null) found.notes.push(`${textOf(one.sli) ?? ''} is not converted: ${why}.`);
  }
  const total = textOf(tableOf(slo.total_score).pass);
  if (total !== null && total !== '90%')
    found.notes.push(`total_score.pass ${total} is not converted: a gate passes from a score of 90 on.`);
  return found;
}

/** @returns why it, or a part of it, cannot be converted; null: all of it is */
function convert(
  one: Readonly<Record<string, unknown>>,
  indicators: Readonly<Record<string, unknown>>,
  comparedWith: 'last' | 'median',
  found: Imported,
): string | null {
  const sli = textOf(one.sli) ?? '';
  const [pass, warning] = [criteriaOf(one.pass), criteriaOf(one.warning)];
  if (pass === null) return 'it has no criteria to pass, so that it is only shown';
  for (const criteria of [pass, warning]) if (typeof criteria === 'string') return criteria;
  const measured = metricOf(sli, textOf(indicators[sli]), found);
  if (typeof measured === 'string') return measured;
  const common: WrittenObjective = {
    title: textOf(one.displayName) ?? sli,
    ...measured,
    weight: typeof one.weight === 'number' ? one.weight : 1,
    key: one.key_sli === true,
  };
  let why: string | null = null;
  const softer = (warning ?? []) as Criterion[];
  for (const { comparison, value, changePercent } of pass as Criterion[]) {
    const alike = softer.find(
      (other) => (other.changePercent === null) === (changePercent === null) && other.comparison[0] === comparison[0],
    );
    const bound = changePercent ?? value;
    const target = alike === undefined ? bound : (alike.changePercent ?? alike.value);
    const limits = {
      comparison: alike?.comparison ?? comparison,
      target,
      ...(target === bound ? {} : { warn: bound }),
    };
    if (changePercent === null) add(found, idOf(sli), { ...common, ...limits });
    else if (
      measured.metric !== 'response_time' ||
      !['p50', 'p95', 'p99'].includes(String(measured.statistic)) ||
      !comparison.startsWith('<')
    )
      why = `only p50, p95 and p99 of response times are compared with earlier runs, not this one by ${comparison}${bound} %`;
    else add(found, idOf(sli, 'change'), { ...common, ...limits, comparedWith });
  }
  return why;
}

/** What an SLI is here; a string says why nothing. */
function metricOf(sli: string, query: string | null, found: Imported): WrittenObjective | string {
  for (const [form, make] of known) {
    const match = form.exec(sli);
    if (match === null) continue;
    found.notes.push(`${sli} is measured by Shakedown itself${query === null ? '' : ', not by its query'}.`);
    return make(match);
  }
  if (query === null) return 'its query stands in sli.yaml; name that file too';
  const fixed = query.replaceAll('$DURATION_SECONDS', '5m');
  const placeholder = /\$[A-Za-z_]\w*/.exec(fixed)?.[0];
  if (placeholder !== undefined) return `its query has the placeholder ${placeholder}`;
  if (fixed !== query)
    found.notes.push(`${sli}: $DURATION_SECONDS became 5m, and the worst reading of the run decides.`);
  return { metric: 'figure', query: fixed };
}

/** Criteria that must all hold; null: none. A string says why they cannot be had. */
function criteriaOf(value: unknown): Criterion[] | string | null {
  const sets = listOf(value).map((one) => listOf(tableOf(one).criteria));
  const [first, ...others] = sets.filter((set) => set.length > 0);
  if (first === undefined) return null;
  if (others.length > 0) return 'it passes by any of several sets of criteria, and here all must hold';
  const read: Criterion[] = [];
  for (const text of first) {
    const [, comparison, sign, value, percent] = criterionForm.exec(String(text).trim()) ?? [];
    if (comparison === undefined) return `${JSON.stringify(text)} is no criterion`;
    if (sign !== '' && percent === '') return `${text} is an absolute change against an earlier run`;
    const figure = Number(value) * (sign === '-' ? -1 : 1);
    read.push({ comparison, value: figure, changePercent: percent === '%' ? figure : null });
  }
  return read;
}
