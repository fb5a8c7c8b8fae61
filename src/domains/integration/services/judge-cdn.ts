import type { Verdict } from '../../../model/verdict.ts';
import { plural } from '../../../report-kit/format.ts';
import { shareDifference } from '../../../stats/compare/shares.ts';
import { type Check, check, type Table } from '../../part.ts';
import type { CdnEvidence } from './evidence.ts';

type Route = CdnEvidence['routes'][number];

const namedAtMost = 4;
/** So many recorded answers of which none was from a cache show that the route was not kept. */
const neverAtLeast = 20;

/** Whether a cache in front of the target answers as large a share of the requests as it did in the recording. */
export function cdnChecks(all: CdnEvidence, idOf: (name: string, id: string) => string): Check[] {
  const { name, routes, points, unlisted } = all;
  const title = `${name} answers as large a share of the requests as in the recording`;
  const known = routes.filter(({ recorded }) => recorded.of > 0);
  if (known.length === 0) {
    const why =
      'The recording has no answer that says whether a cache gave it (cache-status, cf-cache-status, x-cache, age), so there is nothing to compare with.';
    return [check(idOf(name, 'hits'), title, 'inconclusive', why)];
  }
  const judged = known.map((route) => ({ route, verdict: verdictOf(route, points) }));
  const of = (verdict: Verdict) => judged.filter((one) => one.verdict === verdict).map(({ route }) => route);
  const [wrong, open] = [of('fail'), of('inconclusive')];
  const verdict = wrong.length > 0 ? 'fail' : open.length + unlisted > 0 ? 'inconclusive' : 'pass';
  const named = verdict === 'fail' ? wrong : open;
  const reason =
    verdict === 'pass'
      ? `${plural(known.length, 'route')}, none more than ${points} points below.`
      : `${[...(named.length > 0 ? [listed(named.map(wordsOf))] : []), ...leftOut(unlisted)].join('. ')}.`;
  return [check(idOf(name, 'hits'), title, verdict, reason), neverKept(all, idOf(name, 'never-kept'))];
}

/** Routes beyond what the evidence holds. */
function leftOut(unlisted: number): string[] {
  return unlisted > 0 ? [`Left out: ${plural(unlisted, 'further route')}`] : [];
}

/** Whether the cache keeps what was never from a cache in the recording: one user could get what is another's. */
function neverKept({ name, routes, unlisted }: CdnEvidence, id: string): Check {
  const title = `${name} keeps nothing that it did not keep in the recording`;
  const asked = routes.filter(({ recorded }) => recorded.hits === 0);
  const kept = asked.filter(({ recorded, own }) => recorded.of >= neverAtLeast && own.hits > 0);
  const unclear = asked.filter(({ recorded, own }) => recorded.of < neverAtLeast && own.hits > 0);
  const unasked = asked.filter(({ recorded, own }) => recorded.of > 0 && own.of === 0);
  const open = [
    ...(kept.length === 0
      ? []
      : [`To be reviewed, as what one user gets may be given to another: ${listed(kept.map(wordsOf))}`]),
    ...(unclear.length === 0
      ? []
      : [
          `Kept now, and fewer than ${neverAtLeast} recorded answers say whether they were before: ${listed(unclear.map(wordsOf))}`,
        ]),
    ...(unasked.length === 0 ? [] : [`Not asked twice: ${listed(unasked.map(({ route }) => route))}`]),
    ...leftOut(unlisted),
  ];
  if (open.length > 0) return check(id, title, 'inconclusive', `${open.join('. ')}.`);
  return check(
    ...([id, title, 'pass'] as const),
    asked.length === 0
      ? 'In the recording too, every route was answered from a cache.'
      : `${plural(asked.length, 'route')} with no recorded answer from a cache, and none was answered from it.`,
  );
}

function listed(words: readonly string[]): string {
  const more = words.length > namedAtMost ? `; and ${words.length - namedAtMost} more` : '';
  return `${words.slice(0, namedAtMost).join('; ')}${more}`;
}

function verdictOf({ recorded, own, unsaid }: Route, points: number): Verdict {
  if (own.of === 0) return 'inconclusive';
  const { interval } = shareDifference(counted(recorded), counted(own));
  if (100 * interval.low > -points) return 'pass';
  // A CDN's own rules may keep what says nothing of how long it may be kept.
  return 100 * interval.high < -points && unsaid === 0 ? 'fail' : 'inconclusive';
}

function counted({ hits, of }: { hits: number; of: number }) {
  return { failed: hits, of };
}

function wordsOf({ route, recorded, own, unsaid, said }: Route): string {
  const was = recorded.of === 0 ? 'not recorded' : `${percent(recorded)} of ${recorded.of} recorded`;
  if (own.of === 0) return `${route}: ${was}, and it was not asked twice`;
  const why =
    unsaid > 0
      ? ', and its answers do not say how long they may be kept, so that the rules of the CDN decide'
      : said === ''
        ? ''
        : ` (${said})`;
  return `${route}: ${percent(own)} of ${plural(own.of, 'answer')} from the cache, where it was ${was}${why}`;
}

function percent({ hits, of }: { hits: number; of: number }): string {
  return of === 0 ? '–' : `${((100 * hits) / of).toFixed(0)} %`;
}

export function cdnTables(all: readonly CdnEvidence[]): Table[] {
  return all.map(({ name, routes }) => ({
    title: `${name}: answers from the cache`,
    head: ['Route', 'Recorded answers', 'From the cache', 'Answers now', 'From the cache now'],
    rows: routes.map(({ route, recorded, own }) => [
      ...[route, String(recorded.of), percent(recorded), String(own.of), percent(own)],
    ]),
    figures: 4,
  }));
}
