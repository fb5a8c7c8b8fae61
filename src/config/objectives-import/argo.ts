import { add, type Imported, idOf, listOf, tableOf, textOf } from './imported.ts';

/** A comparison of what Prometheus gave; anything more is a language of its own. */
const conditionForm = /^\s*(?:result(?:\[0\])?|asFloat\(result(?:\[0\])?\))\s*(<=|<|>=|>|==)\s*(-?\d+(?:\.\d+)?)\s*$/;
const inverse: Record<string, string> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** An AnalysisTemplate of Argo Rollouts: what it asks Prometheus. */
export function importArgo(template: Readonly<Record<string, unknown>>): Imported {
  const found: Imported = { objectives: {}, notes: [] };
  const spec = tableOf(template.spec);
  const values = new Map(
    listOf(spec.args)
      .map(tableOf)
      .map(({ name, value }) => [String(name), textOf(value)]),
  );
  const addresses = new Set<string>();
  for (const metric of listOf(spec.metrics).map(tableOf)) {
    const name = textOf(metric.name) ?? 'metric';
    const skip = (why: string) => void found.notes.push(`${name} is not converted: ${why}.`);
    const provider = tableOf(metric.provider);
    const prometheus = tableOf(provider.prometheus);
    const written = textOf(prometheus.query);
    if (written === null) {
      skip(`only Prometheus is asked, not ${Object.keys(provider).join(', ') || 'nothing'}`);
      continue;
    }
    const query = written.replace(/\{\{\s*args\.([\w-]+)\s*\}\}/g, (whole, arg) => values.get(arg) ?? whole);
    const open = /\{\{\s*([^}]*?)\s*\}\}/.exec(query)?.[1];
    if (open !== undefined) {
      skip(`its query needs ${open}, which has no value in the template`);
      continue;
    }
    const success = textOf(metric.successCondition);
    const conditions = conditionsOf(success, textOf(metric.failureCondition));
    if (typeof conditions === 'string') {
      skip(conditions);
      continue;
    }
    for (const { comparison, target } of conditions)
      add(found, idOf(name), { title: name, metric: 'figure', query, comparison, target, unit: 'score' });
    if (success !== null && metric.failureCondition !== undefined)
      found.notes.push(`${name}: its failureCondition is left out: what does not hold fails.`);
    for (const key of ['failureLimit', 'inconclusiveLimit', 'initialDelay'] as const) {
      if (metric[key] !== undefined && String(metric[key]) !== '0')
        found.notes.push(
          `${name}: ${key} ${String(metric[key])} is left out: from the beginning on no reading of the run may miss the target.`,
        );
    }
    const address = textOf(prometheus.address);
    if (address !== null) addresses.add(address);
  }
  if (addresses.size > 0)
    found.notes.push(`Prometheus is asked at watch.prometheus.url; the template names ${[...addresses].join(', ')}.`);
  return found;
}

/** All of which must hold; a string says why they cannot be had. */
function conditionsOf(
  success: string | null,
  failure: string | null,
): { comparison: string; target: number }[] | string {
  const text = success ?? failure;
  if (text === null) return 'it has no condition';
  const parts = text.split(success === null ? '||' : '&&').map((part) => conditionForm.exec(part));
  const read: { comparison: string; target: number }[] = [];
  for (const part of parts) {
    const [, operator = '', value] = part ?? [];
    const comparison = success === null ? inverse[operator] : operator.replace('==', '=');
    if (part === null || comparison === undefined)
      return `its condition is more than a comparison of its result: ${text}`;
    read.push({ comparison, target: Number(value) });
  }
  return read;
}
