import type { LiveMetric } from '../../domains/live.ts';

/** Of the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format). */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Metric families as a scrape reads them. One without a sample is left out: what is not known is not 0. */
export function exposition(families: readonly LiveMetric[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${escaped(help)}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(({ suffix = '', labels = {}, value }) => `${name}${suffix}${labelsOf(labels)} ${number(value)}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** As Go reads it. */
function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
