import type { Judging } from '../domain.ts';
import { verdictOf } from '../part.ts';
import { judgedPart } from '../part-fold.ts';
import { policyAsksFor } from '../part-objectives.ts';
import { events } from './events.ts';
import { RehearsalFold } from './fold.ts';
import { metrics } from './metrics.ts';
import { allObjectives, restoredObjective } from './objectives.ts';
import { rehearsals } from './rehearsals.ts';
import { joinSeconds } from './seconds.ts';
import type { RehearsalResult, RehearsalSection } from './section.ts';

export const judging: Judging<RehearsalFold, RehearsalSection> = {
  events,
  begin: () => new RehearsalFold(),
  add: (fold, event) => fold.add(event),
  metrics,
  allObjectives,
  objectives({ started }, _, config) {
    if (started === null) return [];
    if (policyAsksFor('rehearsal', config)) return allObjectives;
    const chosen = started.chosen.map((id) => `rehearsal-${id}`);
    return allObjectives.filter(({ id }) => id === restoredObjective.id || chosen.includes(id));
  },
  gates: ({ started }) => (started === null ? [] : ['rehearsal']),
  section: async (fold) => (fold.started === null ? null : sectionOf(fold, fold.started)),
};

async function sectionOf(
  { rehearsals: folded, restored }: RehearsalFold,
  started: NonNullable<RehearsalFold['started']>,
): Promise<RehearsalSection> {
  const { chosen, ...about } = started;
  const results: RehearsalResult[] = [];
  const notBegun: RehearsalSection['notBegun'] = [];
  for (const { id, title, load } of rehearsals.filter((each) => chosen.includes(each.id))) {
    const found = folded.get(id);
    if (found === undefined) {
      notBegun.push({ id, title });
      continue;
    }
    const { startMs, endMs, error, marks, seconds } = found;
    const judged = judgedPart(await load(), found);
    const times = { startMs, endMs, error, marks, seconds: joinSeconds(seconds) };
    results.push({ ...judged, id, title, verdict: verdictOf(judged.checks), ...times });
  }
  return { ...about, rehearsals: results, notBegun, restored: restored === null ? null : restoredWords(restored) };
}

function restoredWords({ weights, wanted, error }: NonNullable<RehearsalFold['restored']>) {
  const words = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .filter(([, share]) => share > 0)
      .map(([side, share]) => `${share} % ${side}`)
      .join(', ') || 'nothing';
  const ok = error === null && words(weights) === words(wanted);
  const detail =
    error ?? (ok ? `as before: ${words(wanted)}` : `${words(weights)}, and it was ${words(wanted)} before`);
  return { ok, detail };
}
