import { grouped } from '../../../gate/words.ts';
import type { WindowResult } from '../../../model/results.ts';
import type { RouteCounts, RunFacts } from '../../../model/run-facts.ts';
import type { Doubt } from '../../domain.ts';
import type { AnswerFold } from './answer-fold.ts';
import { routeName } from './reading.ts';

/** Fewer of them are no session that nobody logged in. */
const refusedAtLeast = 10;
const hint = "To send it: replay: { writes: 'recorded' }; to log sessions in: replay.login.";

/** Answers that say that whoever asked was not logged in. */
const refusals: ReadonlySet<number> = new Set([401, 403]);
/** To a form for logging in, perhaps. */
const redirects: ReadonlySet<number> = new Set([302, 303, 307]);

interface Refused {
  /** By route: answers that refuse, at most as many as come after a write of their session that was left out. */
  byRoute: ReadonlyMap<number, number>;
  all: number;
}

/**
 * Answers with 401 or 403, or a redirect in place of an answer with 2xx, on routes whose requests come after a write of their session that was left out: a
 * login, perhaps, without which nobody is who they were. At most as many of a route as are planned so. null: too few.
 */
export function refusedAfterLeftOut(fold: AnswerFold, { plan }: Pick<RunFacts, 'plan'>): Refused | null {
  const byRoute = new Map<number, number>();
  let all = 0;
  for (const [route, { afterLeftOut = 0 }] of (plan?.plan.routes ?? []).entries()) {
    let refused = 0;
    for (const { recorded, got, count } of afterLeftOut > 0 ? (fold.routes[route]?.statuses.values() ?? []) : [])
      if (recorded !== got && (refusals.has(got) || (redirects.has(got) && isSuccess(recorded)))) refused += count;
    const found = Math.min(refused, afterLeftOut);
    if (found > 0) byRoute.set(route, found);
    all += found;
  }
  return all < refusedAtLeast ? null : { byRoute, all };
}

const isSuccess = (status: number) => status >= 200 && status < 300;

/** The run as it would be had they been answered as recorded: what only then holds is open, and no failure. */
export function excusedByLeftOut(
  { byRoute, all }: Refused,
  facts: RunFacts,
  fold: AnswerFold,
): NonNullable<RunFacts['excused']> {
  const routes = facts.routes.map((counts, route) => served(counts, byRoute.get(route) ?? 0));
  const groups = facts.groups?.map((counts, i) =>
    served(counts, byRoute.get(facts.plan?.plan.tagged?.groups[i]?.route ?? -1) ?? 0),
  );
  const sum = (of: readonly RouteCounts[], which: keyof RouteCounts) =>
    of.reduce((total, counts) => total + (counts?.[which].failed ?? 0), 0);
  const share = (which: keyof RouteCounts) => {
    const before = sum(facts.routes, which);
    return before === 0 ? 0 : 1 - sum(routes, which) / before;
  };
  const [ofAll, ofJudged] = [share('all'), share('judged')];
  const { judged, fidelity } = facts;
  const without = (part: number) => (window: WindowResult) => {
    const excused = Math.round(window.failed * part);
    return { ...window, completed: window.completed + excused, failed: window.failed - excused };
  };
  const excused = judged.counts.failed * ofJudged;
  return {
    cause: `${grouped(all)} such answers (401, 403 or a redirect) came after a write of their session that was left out, a login perhaps.`,
    facts: {
      ...facts,
      routes,
      // Which of a route's requests they were is not known by tag: at the most, all of them.
      ...(groups === undefined ? {} : { groups }),
      windows: facts.windows.map(without(ofAll)),
      judged: {
        ...judged,
        windows: judged.windows.map(without(ofJudged)),
        inTime: judged.inTime.map(without(ofJudged)),
        counts: {
          ...judged.counts,
          completed: judged.counts.completed + excused,
          failed: judged.counts.failed - excused,
        },
      },
      fidelity:
        fidelity === null || fidelity.statusParity === null
          ? fidelity
          : { ...fidelity, statusParity: Math.min(1, fidelity.statusParity + all / Math.max(1, comparedBy(fold))) },
    },
  };
}

/** Answers whose recorded status is known. */
function comparedBy(fold: AnswerFold): number {
  let compared = 0;
  for (const tally of fold.routes)
    for (const { recorded, count } of tally?.statuses.values() ?? []) if (recorded > 0) compared += count;
  return compared;
}

function served(counts: RouteCounts, refused: number): RouteCounts {
  const { all, judged } = counts;
  const ofAll = Math.min(refused, all.failed);
  const ofJudged = all.failed === 0 ? 0 : ofAll * (judged.failed / all.failed);
  const less = (of: RouteCounts['all'], by: number) => ({
    ...of,
    completed: of.completed + by,
    failed: of.failed - by,
  });
  return { all: less(all, ofAll), judged: less(judged, ofJudged) };
}

/** A run whose sessions were not who they were to be shows nothing of how these would have been served. */
export function leftOutDoubts(fold: AnswerFold, facts: Pick<RunFacts, 'plan'>): Doubt[] {
  const refused = refusedAfterLeftOut(fold, facts);
  if (refused === null) return [];
  const { all, byRoute } = refused;
  const [[route] = [-1]] = [...byRoute].sort((a, b) => b[1] - a[1]);
  const where = `${byRoute.size > 1 ? 'most of them ' : ''}by ${routeName(facts, route)}`;
  return [
    {
      clause: `${grouped(all)} requests were refused or redirected, ${where}, after a write of their session that was left out: a login, perhaps`,
      missing: `What comes after a login was not tried: ${grouped(all)} requests were refused (401, 403) or redirected, ${where}, after a write of their session that was left out. ${hint}`,
    },
  ];
}
