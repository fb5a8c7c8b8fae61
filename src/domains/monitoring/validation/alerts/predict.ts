import { rm } from 'node:fs/promises';
import { backfill } from '../stack/history.ts';
import { type Series, startPrometheus } from '../stack/prometheus.ts';

const stepS = 5;

export interface Question {
  /** Its expression, with recorded series written out. */
  readonly expression: string;
  /** Whether it is true now. */
  readonly active: boolean;
}

/**
 * When expressions begin or cease to be true if things go on as given: answered by a real Prometheus, over history that goes on into the future.
 * @returns seconds from now for each question; null: not within the horizon
 */
export async function changesAhead(
  programs: { prometheus: string; promtool: string },
  about: { series: readonly Series[]; ahead: readonly Series[]; nowS: number; horizonS: number },
  questions: readonly Question[],
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<(number | null)[]> {
  const { series, ahead, nowS, horizonS } = about;
  await backfill(programs.promtool, folder, [...series, ...ahead], signal);
  const config = 'global: {}\n';
  const kitchen = await startPrometheus({ program: programs.prometheus, folder, config, retentionDays: 3650, signal });
  try {
    return await Promise.all(
      questions.map(async ({ expression, active }) => {
        const found = await kitchen.range(expression, { startS: nowS, endS: nowS + horizonS, stepS });
        const times = new Set(found.flatMap(({ points }) => points.map(([atS]) => Math.round(atS - nowS))));
        for (let atS = 0; atS <= horizonS; atS += stepS) {
          if (times.has(Math.round(atS)) !== active) return atS;
        }
        return null;
      }),
    );
  } finally {
    await kitchen.process.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Recorded series stand for their expressions. A range over a recorded series stays as it is: it cannot be written out.
 * @param recorded in the order in which they are loaded
 */
export function writtenOut(
  expression: string,
  recorded: readonly { readonly name: string; readonly expression: string }[],
): string {
  return recorded.reduce(
    (text, { name, expression: of }) =>
      text.replace(new RegExp(`(?<![\\w:])${name.replace(/[^\w:]/g, '')}(?![\\w:{[])`, 'g'), `(${of})`),
    expression,
  );
}

/** The longest range that expressions look back, seconds. */
export function longestRangeS(expressions: readonly string[]): number {
  const unit: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  const ranges = expressions.flatMap((text) =>
    [...text.matchAll(/\[((?:\d+(?:ms|[smhdw]))+)(?::[^\]]*)?\]/g)].map(([, range = '']) =>
      [...range.matchAll(/(\d+)(ms|[smhdw])/g)].reduce((sum, [, n, u]) => sum + Number(n) * (unit[u ?? ''] ?? 0), 0),
    ),
  );
  return Math.max(0, ...ranges);
}

/** How far back each metric is looked at by expressions, seconds: the longest range in any expression that names it, and what an instant looks back. */
export function rangesByMetric(expressions: readonly string[], metrics: readonly string[]): Map<string, number> {
  const lookbackS = 300;
  return new Map(
    metrics.map((name) => {
      const naming = expressions.filter((text) => new RegExp(`(?<![\\w:])${name}(?![\\w:])`).test(text));
      return [name, Math.max(lookbackS, longestRangeS(naming))];
    }),
  );
}

/** Of the metrics, those that an expression names. */
export function metricsIn(expression: string, metrics: readonly string[]): string[] {
  const words = new Set(expression.match(/[a-zA-Z_:][\w:]*/g) ?? []);
  return metrics.filter((name) => words.has(name));
}
