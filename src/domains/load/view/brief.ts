import { tagsOf } from '../../../model/objective.ts';
import type { Results } from '../../../model/results.ts';
import { plural, shortCount } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import { enoughFor, needOf } from '../judging/needed.ts';
import type { LoadSection } from '../section.ts';
import { kindNames } from './errors.ts';

const mostErrors = 3;
const mostReasons = 5;

/** For who reads the summary alone: which routes failed and how, what was not sent, and what would have been enough to judge everything. */
export function brief(results: Results): string[] {
  const { load } = results.sections;
  if (load === undefined) return [];
  return [...failures(results, load), ...leftOut(load), ...enough(results, load)];
}

/** `GET /products/:id failed 2,100 times: wrong status, 500 (“out of connections”)`, the most frequent first. */
function failures({ verdict }: Results, { errors }: LoadSection): string[] {
  if (verdict === 'pass') return [];
  const most = errors.toSorted((a, b) => b.count - a.count).slice(0, mostErrors);
  return most.map(({ kind, status, route, count, message }) => {
    const what = [(kindNames[kind] ?? shortened(String(kind), 40)).toLowerCase(), ...(status === 0 ? [] : [status])];
    // The engine's words for a status say no more than its number.
    const said = message === '' || status !== 0 ? '' : ` (${shortened(message, 80)})`;
    return `${shortened(route, 80)} failed ${count === 1 ? 'once' : `${shortCount(count)} times`}: ${what.join(', ')}${said}`;
  });
}

function leftOut({ plan }: LoadSection): string[] {
  const reasons = plan.leftOut.toSorted((a, b) => b.requests - a.requests).slice(0, mostReasons);
  if (reasons.length === 0) return [];
  const each = reasons.map(
    ({ reason, requests, methods }) =>
      `${plural(requests, 'request')} (${shortened(reason, 60)}${methods === undefined ? '' : `: ${methods.slice(0, 5).join(', ')}`})`,
  );
  return [`Left out of the recording: ${each.join('; ')}`];
}

/** Where the run was too short or too slow for an objective that is open. */
function enough({ objectives, run }: Results, { plan, averageRatePerSecond }: LoadSection): string[] {
  const planned = { requests: plan.requests, rate: averageRatePerSecond ?? 0, durationMs: run.plannedMs };
  const needs = objectives.flatMap(({ objective, verdict }) => {
    const isWhole = objective.route === undefined && tagsOf(objective).length === 0;
    return verdict === 'inconclusive' && objective.key && isWhole ? [needOf(objective, planned) ?? []].flat() : [];
  });
  const options = enoughFor(needs);
  return options.length === 0 ? [] : [`To be judged in full it would have needed ${options.join(' ')}`];
}
