/** One series of a scrape. */
export interface Series {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Exposition {
  series: Series[];
  /** Types by the name of the family: `counter`, `gauge`, `histogram`, … */
  types: Map<string, string>;
  /** Lines that are none of the format's; they are passed over. */
  damaged: number;
  /** There were more series than are kept. */
  cut: boolean;
}

const seriesAtMost = 20_000;
const lineCharactersAtMost = 8192;
const labelsAtMost = 64;
const nameStart = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const labelForm = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,?)/y;

/**
 * Reads Prometheus' text format 0.0.4 and OpenMetrics 1.0 (https://prometheus.io/docs/instrumenting/exposition_formats/): names, labels and
 * values. Buckets of histograms are left out, as are timestamps, exemplars and values that are no finite numbers.
 */
export function parseExposition(text: string): Exposition {
  const found: Exposition = { series: [], types: new Map(), damaged: 0, cut: false };
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end < 0 ? text.length : end).trim();
    from = end < 0 ? text.length : end + 1;
    if (line === '') continue;
    if (line.startsWith('#')) {
      const [, keyword, family, type] = line.split(/\s+/, 4);
      if (keyword === 'TYPE' && family !== undefined && type !== undefined && found.types.size < seriesAtMost) {
        found.types.set(family, type);
      }
      continue;
    }
    if (found.series.length >= seriesAtMost) {
      found.cut = true;
      break;
    }
    const series = line.length > lineCharactersAtMost ? null : parseLine(line);
    if (series === null) found.damaged++;
    else if (Number.isFinite(series.value) && !series.name.endsWith('_bucket')) found.series.push(series);
  }
  return found;
}

function parseLine(line: string): Series | null {
  const name = nameStart.exec(line)?.[0];
  if (name === undefined) return null;
  let rest = line.slice(name.length).trimStart();
  let labels: Record<string, string> = {};
  if (rest.startsWith('{')) {
    const parsed = parseLabels(rest);
    if (parsed === null) return null;
    labels = parsed.labels;
    rest = rest.slice(parsed.length);
  }
  const [text] = rest.trim().split(/\s+/, 1);
  const value = numberIn(text ?? '');
  return value === null ? null : { name, labels, value };
}

/** `{a="b",c="d"}`, as names and selectors have it; null when it is not of this form. */
export function parseLabels(text: string): { labels: Record<string, string>; length: number } | null {
  const labels = new Map<string, string>();
  let at = 1;
  for (let count = 0; count <= labelsAtMost; count++) {
    const end = /^\s*\}/.exec(text.slice(at, at + 100));
    if (end !== null) return { labels: Object.fromEntries(labels), length: at + end[0].length };
    labelForm.lastIndex = at;
    const label = labelForm.exec(text);
    if (label === null) return null;
    labels.set(
      label[1] ?? '',
      (label[2] ?? '').replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    );
    at = labelForm.lastIndex;
  }
  return null;
}

/** Not a number and infinities are values of the format, but no figures. */
function numberIn(text: string): number | null {
  if (/^[+-]?inf(inity)?$/i.test(text) || /^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}
