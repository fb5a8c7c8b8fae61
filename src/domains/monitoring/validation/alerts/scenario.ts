import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'yaml';
import { z } from 'zod';
import { durationS } from '../alertmanager/duration.ts';
import type { Series } from '../stack/prometheus.ts';

/** Series that make an alert fire, as a unit test of promtool has them. */
export interface Scenario {
  readonly alert: string;
  /** File and name of the test. */
  readonly from: string;
  readonly stepS: number;
  /** When the test sees it fire, seconds after its beginning. */
  readonly firesAtS: number;
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly values: readonly (number | null)[];
  }[];
}

const testFile = z.looseObject({
  tests: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        interval: z.string().optional(),
        input_series: z.array(z.looseObject({ series: z.string(), values: z.coerce.string() })).nullish(),
        alert_rule_test: z
          .array(
            z.looseObject({
              alertname: z.string(),
              eval_time: z.coerce.string(),
              exp_alerts: z.array(z.unknown()).nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
});

/** Those of a file's tests in which an alert is expected to fire; the first for each. @throws Error where it cannot be read */
export function scenariosOf(file: string): Scenario[] {
  const { tests } = testFile.parse(parse(readFileSync(file, 'utf8')));
  return (tests ?? []).flatMap((test) =>
    (test.alert_rule_test ?? [])
      .filter(({ exp_alerts }) => (exp_alerts ?? []).length > 0)
      .map(({ alertname, eval_time }) => ({
        alert: alertname,
        from: `${file.split('/').at(-1)}${test.name === undefined ? '' : `, ${test.name}`}`,
        stepS: durationS(test.interval ?? '1m'),
        firesAtS: durationS(eval_time),
        series: (test.input_series ?? []).map(({ series, values }) => ({
          labels: labelsOf(series),
          values: expanded(values),
        })),
      })),
  );
}

/** `up{job="shop"}` as labels, its name as `__name__`. */
export function labelsOf(text: string): Record<string, string> {
  const [, name = '', inner = ''] = /^\s*([\w:]*)\s*(?:\{(.*)\})?\s*$/s.exec(text) ?? [];
  const labels: Record<string, string> = name === '' ? {} : { __name__: name };
  for (const [, key = '', value = ''] of inner.matchAll(/([\w:]+)\s*=\s*"((?:[^"\\]|\\.)*)"/g))
    labels[key] = value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
  return labels;
}

/** promtool's notation: `0+10x60`, `1x5`, `_x3`, `1 2 _ stale` (documentation of unit testing for rules). */
export function expanded(text: string): (number | null)[] {
  return text
    .trim()
    .split(/\s+/)
    .flatMap((part): (number | null)[] => {
      if (part === '_' || part === 'stale') return [null];
      const [, gap] = /^_x(\d+)$/.exec(part) ?? [];
      if (gap !== undefined) return Array.from({ length: Number(gap) }, () => null);
      const [, first, step = '0', count] = /^(-?[\d.eE]+|NaN|[+-]?Inf)([+-][\d.eE]+)?x(\d+)$/.exec(part) ?? [];
      if (first === undefined) return [numberOf(part)];
      return Array.from({ length: Number(count) + 1 }, (_, at) => numberOf(first) + at * Number(step));
    });
}

function numberOf(text: string): number {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (Number.isNaN(value) && text !== 'NaN') throw new Error(`not a value of a series: ${text}`);
  return value;
}

/** Plays a scenario in real time for Prometheus to scrape. */
export interface Player {
  readonly address: string;
  /** Seconds since the scenario's beginning, now. */
  at(): number;
  moveOn(byS: number): void;
  /** From now on everything is as it was at the beginning. */
  heal(): void;
  /** What had been up to now, as far back as it goes. */
  /** @param isFine told as finely all the way back */
  history(nowS: number, isFine?: boolean): Series[];
  /** What will be from a moment on, if nothing is done. */
  future(nowS: number, horizonS: number): Series[];
  close(): Promise<void>;
}

/** @param beginAtS where in the scenario it is now */
export async function playScenario({ series, stepS }: Scenario, beginAtS: number): Promise<Player> {
  let zeroMs = Date.now() - beginAtS * 1000;
  let healedAtS: number | null = null;
  const at = () => (Date.now() - zeroMs) / 1000;
  const valueAt = (values: readonly (number | null)[], name: string, atS: number): number | null => {
    if (atS < 0) return null;
    const untilS = healedAtS === null ? atS : Math.min(atS, healedAtS);
    const isCounter = /_(total|count|sum|bucket)$/.test(name);
    const place = Math.floor(untilS / stepS);
    const last = values.length - 1;
    const [first, second] = [values[0] ?? null, values[1] ?? null];
    const course = isCounter && first !== null && second !== null ? (second - first) / stepS : 0;
    let value: number | null;
    if (place < last) {
      // Between two of its values a counter goes on evenly, as what it counts does.
      const [from, to] = [values[place] ?? null, values[place + 1] ?? null];
      value =
        isCounter && from !== null && to !== null ? from + ((to - from) * (untilS - place * stepS)) / stepS : from;
    } else {
      const [before, end] = [values[last - 1] ?? null, values[last] ?? null];
      const rate = isCounter && before !== null && end !== null ? (end - before) / stepS : 0;
      value = end === null ? null : end + rate * (untilS - last * stepS);
    }
    if (healedAtS === null || atS <= healedAtS) return value;
    return isCounter ? (value ?? 0) + course * (atS - healedAtS) : first;
  };
  const told = (nowS: number, fromS: number, toS: number, isFine = false): Series[] => {
    const here = at();
    const everyS = Math.min(15, stepS);
    return series.flatMap(({ labels, values }): Series[] => {
      const points: [number, number][] = [];
      for (let atS = fromS; atS < toS; atS += !isFine && Math.abs(here - atS) > 2100 ? Math.max(60, everyS) : everyS) {
        const value = valueAt(values, labels.__name__ ?? '', atS);
        if (value !== null) points.push([nowS - (here - atS), value]);
      }
      return points.length === 0 ? [] : [{ labels: { ...labels }, points }];
    });
  };
  const server = createServer((_request, response) => {
    const atS = at();
    const lines = series.flatMap(({ labels, values }) => {
      const { __name__: name = '', ...rest } = labels;
      const value = valueAt(values, name, atS);
      if (value === null) return [];
      const shown = Object.entries(rest).map(([key, text]) => `${key}=${JSON.stringify(text)}`);
      const number = Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
      return [`${name}{${shown.join(',')}} ${number}`];
    });
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(`${lines.join('\n')}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    at,
    moveOn(byS) {
      zeroMs -= byS * 1000;
    },
    heal() {
      healedAtS ??= at();
    },
    history: (nowS, isFine = false) => told(nowS, 0, at(), isFine),
    future: (nowS, horizonS) => told(nowS, at() + 1, at() + horizonS),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
