import type { MetricDescription } from '../../../model/watch.ts';
import { ask, type Endpoint, why } from './ask.ts';
import { parseExposition, parseLabels } from './exposition.ts';
import { knownFigures, namedFigures, totalOf } from './known.ts';
import { Rates, type Reading, ReadingBuilder, type WatchSource } from './source.ts';

/** A scrape costs the target something; figures in between are not worth it. */
const everyMsAtLeast = 4500;
const accept = 'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4';

/** When the process began, seconds since 1970, in different libraries. A process may know it to a few hundredths only. */
const startNames = ['process_start_time_seconds'];
const sameStartS = 2;

export interface ScrapeInput extends Endpoint {
  /** Begins the ids of the metrics. */
  name: string;
  /** Asked at every scrape: an instance may come back elsewhere; null: nowhere now. */
  url(): string | null;
  /** Series to take beside the well-known ones. */
  metrics: readonly string[];
}

/** Watches one address that answers in Prometheus' text format. Counters become rates. */
export function watchScrape(input: ScrapeInput): WatchSource {
  const rates = new Rates();
  const listed = input.metrics.map(selector);
  let lastMs = Number.NEGATIVE_INFINITY;
  let startedS: number | null = null;
  return {
    async read(atMs): Promise<Reading> {
      const builder = new ReadingBuilder();
      const url = input.url();
      if (url === null || atMs - lastMs < everyMsAtLeast) return builder.reading;
      lastMs = atMs;
      let text: string;
      try {
        text = await ask(url, input, accept);
      } catch (error) {
        builder.reading.troubles.push(`The metrics of ${input.name} cannot be read: ${why(error)}.`);
        return builder.reading;
      }
      const scrape = parseExposition(text);
      if (scrape.cut) builder.reading.troubles.push(`${input.name} has more series than are read.`);
      if (scrape.series.length === 0) builder.reading.troubles.push(`${input.name} has no metrics.`);
      const began = totalOf(scrape.series, startNames);
      if (began !== null && startedS !== null && began - startedS > sameStartS) {
        builder.reading.marks.push(`${input.name} was restarted`);
        builder.reading.processes.push({ name: input.name, state: 'restarted' });
      }
      startedS = began ?? startedS;
      const seen = new Set<string>();
      for (const figure of [...knownFigures, ...namedFigures(scrape, listed)]) {
        const id = `${input.name}.${figure.id}`;
        const total = totalOf(scrape.series, figure.names, figure.labels);
        if (total === null || seen.has(id)) continue;
        seen.add(id);
        const limit = figure.limits === undefined ? null : totalOf(scrape.series, figure.limits, figure.labels);
        const metric: MetricDescription = {
          id,
          title: `${input.name} ${figure.words}`,
          kind: figure.kind,
          unit: figure.unit,
          subject: 'target',
          instance: input.name,
          source: `scrape of ${addressOf(url)}`,
          limit: limit !== null && limit > 0 ? limit : null,
        };
        const value = figure.counter ? rates.of(id, atMs, total) : total;
        builder.add(metric, value === null ? null : value * (figure.factor ?? 1));
      }
      return builder.reading;
    },
  };
}

function selector(text: string): { name: string; labels: Record<string, string> } {
  const brace = text.indexOf('{');
  if (brace < 0) return { name: text.trim(), labels: {} };
  return { name: text.slice(0, brace).trim(), labels: parseLabels(text.slice(brace))?.labels ?? {} };
}

/** Without a query, which may hold a token. */
function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
