import { z } from 'zod';
import type { Measurement } from '../gate/measurement.ts';
import type { CauseKind, Metric } from '../gate/metric.ts';
import { inSentence } from '../gate/words.ts';
import type { Objective } from '../model/verdict.ts';
import { plural } from '../report-kit/format.ts';
import type { PartDomain } from './part-declaration.ts';
import type { PartResult } from './part-fold.ts';
import type { PartsSection } from './part-section.ts';

const every: Omit<Objective, 'id' | 'title' | 'metric' | 'gate'> = {
  ...{ statistic: 'value', comparison: '<=', target: 0, unit: 'count' },
  ...{ weight: 1, key: true, minimumSamples: 1 },
};

/** What parts are judged as: nothing of it failed. @param prefix of its id and, with `_`, of its metric: `rehearsal` */
export function partObjective(prefix: string, gate: string, { id, title }: { id: string; title: string }): Objective {
  return { ...every, id: `${prefix}-${id}`, title, metric: partMetricId(prefix, id), gate };
}

/** `rehearsal_blue_green` */
function partMetricId(prefix: string, id: string): string {
  return `${prefix}_${id}`.replaceAll('-', '_');
}

/** What a section says of its parts. */
interface PartsOfSection {
  results: readonly Pick<PartResult, 'id' | 'checks' | 'verdict' | 'brief'>[];
  /** Those that were asked for and did not begin. */
  notBegun: readonly { id: string }[];
}

const none: PartsOfSection = { results: [], notBegun: [] };

/** Number of checks of a part that failed. @param partsOf what the section says of parts; undefined: nothing */
export function partMetric<State, Section>(
  { prefix, words, cause = 'function' }: { prefix: string; words: string; cause?: CauseKind },
  { id, title }: { id: string; title: string },
  partsOf: (section: Section) => PartsOfSection | undefined,
): Metric<State, Section> {
  return {
    id: partMetricId(prefix, id),
    words: `${words} ${inSentence(title)}`,
    shortWords: inSentence(title),
    unit: 'count',
    isCount: true,
    cause,
    read: ({ section }) => measured((section === null ? undefined : partsOf(section)) ?? none, id),
  };
}

function measured({ results, notBegun }: PartsOfSection, id: string): Measurement {
  const found = results.find((each) => each.id === id);
  if (found === undefined) {
    const isAsked = notBegun.some((each) => each.id === id);
    return { value: null, samples: 0, absent: isAsked ? 'it did not begin' : 'it was not asked for' };
  }
  const { checks, verdict, brief } = found;
  const of = (wanted: string) => checks.filter((check) => check.verdict === wanted);
  const [failed, open] = [of('fail'), of('inconclusive')];
  const words = { observed: `${of('pass').length} of ${plural(checks.length, 'check')} passed`, wanted: 'all' };
  const [worst] = failed;
  if (worst !== undefined) return { value: failed.length, samples: checks.length, words, reason: worst.reason };
  if (verdict === 'pass')
    return { value: 0, samples: checks.length, words: brief === undefined ? words : { ...words, observed: brief } };
  const [first] = open;
  return { value: 0, samples: checks.length, words, open: first?.reason ?? 'It showed nothing.' };
}

/** A share over all parts of a domain: an objective of its own beside those of its parts. */
export function shareObjective({ id, gate, share }: Pick<PartDomain, 'id' | 'gate' | 'share'>): Objective[] {
  if (share === undefined) return [];
  return [
    {
      ...{ id: `${id}-${share.id}`, title: share.title, gate, metric: partMetricId(id, share.id), statistic: 'value' },
      ...{ comparison: '>=', target: share.target, unit: '%', weight: 1, key: true, minimumSamples: 1 },
    },
  ];
}

/** Its figure: all that is counted is known, so it has no interval. */
export function shareMetric<State>({
  id,
  share,
  cause = 'function',
}: Pick<PartDomain, 'id' | 'share' | 'cause'>): Metric<State, PartsSection>[] {
  if (share === undefined) return [];
  return [
    {
      ...{ id: partMetricId(id, share.id), words: share.words, shortWords: share.words, unit: '%', cause },
      read: ({ section }) => {
        const tallies = (section?.parts ?? []).flatMap(({ tally }) => (tally === undefined ? [] : [tally]));
        const all = tallies.reduce((sum, one) => sum + one.all, 0);
        if (all === 0) return { value: null, samples: 0, absent: share.none };
        return { value: (100 * tallies.reduce((sum, { good }) => sum + good, 0)) / all, samples: all };
      },
    },
  ];
}

const policyGates = z.object({ policy: z.object({ gates: z.array(z.string()) }) });

/** READY by a policy that names the gate rests on every part of it, not on those that somebody chose. @param config as the run began with it */
export function policyAsksFor(gate: string, config: unknown): boolean {
  const found = policyGates.safeParse(config);
  return found.success && found.data.policy.gates.includes(gate);
}
