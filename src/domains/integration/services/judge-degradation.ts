import type { Verdict } from '../../../model/verdict.ts';
import { plural } from '../../../report-kit/format.ts';
import { type Check, type Coverage, check, type Table } from '../../part.ts';
import { failureKinds } from '../settings.ts';
import type { DegradationEvidence } from './evidence.ts';

type Failure = DegradationEvidence['failures'][number];
type Seen = DegradationEvidence['before'][number];

const namedAtMost = 5;

/** Whether the target does without a service what is declared, a check for each way of failing. */
export function degradationChecks(one: DegradationEvidence, idOf: (name: string, id: string) => string): Check[] {
  return one.failures.map((failure) => {
    const { verdict, reason } = judged(one, failure);
    const id = idOf(one.name, `without-${failure.kind}`);
    return check(id, `With ${one.name} ${failure.kind}, the target degrades as declared`, verdict, reason);
  });
}

interface Said {
  readonly verdict: Verdict;
  readonly reason: string;
}

function judged(one: DegradationEvidence, failure: Failure): Said {
  const { routes, before, by, name } = one;
  const open = (reason: string): Said => ({ verdict: 'inconclusive', reason });
  if (failure.error !== null) return open(`It could not be tried to its end: ${failure.error}`);
  const unusual = before.find(({ route, status }) => status !== routes[route]?.usual);
  if (unusual !== undefined) {
    const { route, usual } = routes[unusual.route] as DegradationEvidence['routes'][number];
    return open(`${route} was answered with ${answerOf(unusual)} before anything failed, where ${usual} is usual.`);
  }
  if (!failure.proof.seen) return open(`The failure was not seen on ${by}: ${failure.proof.measured}.`);
  if (failure.answers.length === 0) return open('No route was asked while it was so.');
  if (!wasFelt(one, failure)) {
    const met =
      failure.met === null ? 'whether the target asked for it cannot be seen' : 'the target did not ask for it';
    return open(`Nothing shows that the target was without ${name}: ${met}, and its answers did not change.`);
  }
  const wrong: string[] = [];
  const doubts: string[] = [];
  routes.forEach(({ route, without, withinMs }, i) => {
    const answers = failure.answers.filter((answer) => answer.route === i);
    const bad = answers.filter(({ status }) => !without.includes(status));
    if (bad.length > 0) {
      const seen = [...new Set(bad.map(answerOf))].join(', ');
      wrong.push(
        `${route} was answered with ${seen} in ${bad.length} of ${plural(answers.length, 'request')}, where ${without.join(' or ')} is declared`,
      );
      return;
    }
    const late = answers.filter(({ ms }) => ms > withinMs);
    if (late.length === 0) return;
    const slowest = Math.max(...late.map(({ ms }) => ms));
    const text = `${route} took up to ${slowest} ms in ${late.length} of ${plural(answers.length, 'request')}, where ${withinMs} ms are declared`;
    // One late answer may be one of a busy moment.
    (2 * late.length > answers.length ? wrong : doubts).push(text);
  });
  if (failure.recoveredMs === null) {
    const still = failure.after.filter(({ route, status }) => status !== routes[route]?.usual);
    for (const answer of still)
      wrong.push(
        `${one.recoverS} s after ${name} was back, ${routes[answer.route]?.route} was still answered with ${answerOf(answer)}`,
      );
  }
  if (wrong.length > 0) return { verdict: 'fail', reason: sentence(wrong) };
  if (doubts.length > 0) return open(sentence(doubts));
  const asked = plural(failure.answers.length, 'request');
  const met = failure.met === null ? 'the answers of the target changed' : `it met the target ${failure.met} times`;
  return {
    verdict: 'pass',
    reason: `${asked} were answered as declared while ${name} was ${failure.kind} (${met}); all was as usual ${((failure.recoveredMs ?? 0) / 1000).toFixed(1)} s later.`,
  };
}

/** The failure met the target; where that cannot be seen, an answer of the target is other than before. */
function wasFelt({ before }: DegradationEvidence, { met, answers }: Failure): boolean {
  if (met !== null) return met > 0;
  const statuses = new Set(before.map(({ route, status }) => `${route} ${status}`));
  return answers.some(({ route, status }) => !statuses.has(`${route} ${status}`));
}

function answerOf({ status, problem }: Seen): string {
  return status === 0 ? `no answer (${problem ?? 'cut off'})` : String(status);
}

function sentence(all: readonly string[]): string {
  const more = all.length > namedAtMost ? `; and ${all.length - namedAtMost} more` : '';
  return `${all.slice(0, namedAtMost).join('; ')}${more}.`;
}

/** Which failures of which services were tried. @param undeclared names of services of which nothing is declared */
export function failureCoverage(tried: readonly DegradationEvidence[], undeclared: readonly string[]): Coverage | null {
  const total = failureKinds.length * (tried.length + undeclared.length);
  if (total === 0) return null;
  const gaps = [
    ...tried.flatMap(({ name, failures }) =>
      failureKinds
        .filter((kind) => !failures.some((one) => one.kind === kind && one.answers.length > 0))
        .map((kind) => {
          const failure = failures.find((one) => one.kind === kind);
          return `${name} ${kind}: ${failure === undefined ? 'no route declares it' : (failure.error ?? 'the failure was not there')}`;
        }),
    ),
    ...undeclared.map((name) => `${name}: not declared, so not tried`),
  ];
  const covered = tried.flatMap(({ failures }) => failures.filter(({ answers }) => answers.length > 0)).length;
  return { of: 'failures of services', covered, total, gaps };
}

/** Every route in every failure, beside what is declared. */
export function degradationTable(tried: readonly DegradationEvidence[]): Table[] {
  if (tried.length === 0) return [];
  const rows = tried.flatMap(({ name, routes, failures }) =>
    failures.flatMap((failure) =>
      routes.flatMap(({ route, without, withinMs }, i) => {
        const answers = failure.answers.filter((one) => one.route === i);
        if (answers.length === 0) return [];
        const slowest = Math.max(...answers.map(({ ms }) => ms));
        const seen = [...new Set(answers.map(answerOf))].join(', ');
        return [[`${name} ${failure.kind}`, route, `${without.join(' or ')} in ${withinMs} ms`, seen, `${slowest} ms`]];
      }),
    ),
  );
  return [
    { title: 'Without a service', head: ['Failure', 'Route', 'Declared', 'Answered', 'Slowest'], rows, figures: 1 },
  ];
}
