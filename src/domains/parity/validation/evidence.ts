import { z } from 'zod';
import type { Comparison } from '../compare/compare.ts';
import { reasonsOf } from '../compare/reasons.ts';
import { type Aspect, aspectIds } from '../descriptor/aspects.ts';
import type { Descriptor } from '../descriptor/format.ts';

/** So many of each list stand in the evidence; all of them are in the run's files. */
const shownAtMost = 300;
const reasonsAtMost = 50;
const text = z.string();
const count = z.int().min(0);
const aspect = z.enum(aspectIds as [Aspect, ...Aspect[]]);
const named = z.object({ item: text, reason: text });
const list = <T extends z.ZodType>(of: T) => z.object({ total: count, shown: z.array(of) });

const sideEvidence = z.object({
  kind: z.literal('side'),
  side: z.enum(['production', 'staging']),
  environment: text,
  /** Of what is oldest in it. */
  capturedAt: text,
  ageHours: z.number(),
  /** Why its age is not judged; null: it is. */
  ageless: text.nullable(),
  maximumAgeDays: z.number(),
  items: count,
  sources: z.array(z.object({ kind: text, from: text, capturedAt: text })),
});

const comparisonEvidence = z.object({
  kind: z.literal('comparison'),
  score: z.number().nullable(),
  coverage: z.number(),
  minimumCoverage: z.number(),
  /** Both sides are one capture. */
  isOneCapture: z.boolean(),
  /** Where both sides were looked at. */
  samePlaces: z.array(text).default([]),
  aspects: z.array(
    z.object({
      aspect,
      equal: count,
      byRule: count,
      different: count,
      notCompared: count,
      ignored: count.default(0),
      coverage: z.number().nullable(),
    }),
  ),
  differences: list(
    z.object({
      ...{ item: text, aspect, kind: z.enum(['differs', 'missing', 'extra']), production: text, staging: text },
      ...{ rule: text.nullable(), risk: text, remedy: text },
    }),
  ),
  notCompared: list(named),
  /** Why, each once. */
  reasons: z.array(z.object({ reason: text, items: count, first: z.array(text) })).default([]),
  ignored: list(named),
  /** Clocks, loads and the like. */
  readings: list(named).default({ total: 0, shown: [] }),
  own: count,
  byDefault: list(text),
  unusedRules: z.array(text),
  expiredRules: z.array(text),
});

export const evidence = z.discriminatedUnion('kind', [sideEvidence, comparisonEvidence]);
export type Evidence = z.output<typeof evidence>;
export type SideEvidence = z.output<typeof sideEvidence>;
export type ComparisonEvidence = z.output<typeof comparisonEvidence>;

/** @param ageless why its age says nothing; null: it is judged */
export function evidenceOfSide(
  side: SideEvidence['side'],
  { environment, capturedAt, sources, items }: Descriptor,
  { maximumAgeDays, ageless, now }: { maximumAgeDays: number; ageless: string | null; now: number },
): SideEvidence {
  // The oldest decides: a fresh look from outside does not make an old list of machines fresh.
  const times = [
    capturedAt,
    ...sources.map((each) => each.capturedAt),
    ...[...items.values()].map((each) => each.capturedAt),
  ];
  const oldest = times.reduce((before, time) => (Date.parse(time) < Date.parse(before) ? time : before));
  const newest = times.reduce((before, time) => (Date.parse(time) > Date.parse(before) ? time : before));
  // One that says it is of the future says nothing of its age.
  const shown = Date.parse(newest) > now ? newest : oldest;
  return {
    ...{ kind: 'side', side, environment, capturedAt: shown, ageHours: (now - Date.parse(shown)) / 3_600_000 },
    ...{ ageless, maximumAgeDays, items: items.size },
    sources: sources.map((each) => ({ kind: each.kind, from: each.from, capturedAt: each.capturedAt })),
  };
}

export function evidenceOfComparison(
  comparison: Comparison,
  about: { minimumCoverage: number; isOneCapture: boolean; samePlaces?: string[] },
): ComparisonEvidence {
  const bounded = <T>(all: readonly T[]) => ({ total: all.length, shown: all.slice(0, shownAtMost) });
  return {
    ...{ kind: 'comparison', score: comparison.score, coverage: comparison.coverage, samePlaces: [], ...about },
    aspects: [...comparison.aspects],
    differences: bounded(comparison.differences),
    notCompared: bounded(comparison.notCompared),
    reasons: reasonsOf(comparison.notCompared).slice(0, reasonsAtMost),
    ignored: bounded(comparison.ignored),
    readings: bounded(comparison.readings),
    own: comparison.own,
    byDefault: bounded(comparison.byDefault),
    unusedRules: comparison.unusedRules.slice(0, shownAtMost),
    expiredRules: comparison.expiredRules.slice(0, shownAtMost),
  };
}

/** Whether one capture stands on both sides, which would be equal whatever the environments are. What it says of its own time and name can be altered. */
export function isOneCapture(production: Descriptor, staging: Descriptor): boolean {
  const of = ({ items }: Descriptor, moments: boolean) =>
    JSON.stringify(
      [...items]
        .filter(([, { source }]) => !moments || source !== 'written')
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, { capturedAt, ...item }]) => (moments ? [key, Date.parse(capturedAt)] : [key, item])),
    );
  if (of(production, false) !== of(staging, false)) return false;
  if (production.environment === staging.environment) return true;
  // Who looks at two environments does so at two moments; what a person wrote has none.
  const found = of(production, true);
  return found !== '[]' && found === of(staging, true);
}
