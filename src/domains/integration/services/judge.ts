import type { Verdict } from '../../../model/verdict.ts';
import { plural } from '../../../report-kit/format.ts';
import { upperMedian } from '../../../stats/order-statistics.ts';
import { type Check, type Coverage, check, type Judged, type Recorded, type Table } from '../../part.ts';
import type { RealEvidence, ServiceEvidence, StandInEvidence } from './evidence.ts';
import { cdnChecks, cdnTables } from './judge-cdn.ts';
import { degradationChecks, degradationTable, failureCoverage } from './judge-degradation.ts';

const namedAtMost = 3;
/** Two clocks may differ by this much. */
const futureDays = 0.004;

/** Whether external services are there, and as agreed; of stand-ins, whether they answer as what they stand in for did. */
export function judgeServices(evidence: readonly Recorded<ServiceEvidence>[]): Judged {
  const all = evidence.map(({ data }) => data);
  const checks = all.flatMap((one) =>
    one.kind === 'failed'
      ? [check(idOf(one.name, 'looked-at'), `${one.name} is looked at`, 'inconclusive', one.error)]
      : one.kind === 'real'
        ? realChecks(one)
        : one.kind === 'stand-in'
          ? standInChecks(one)
          : one.kind === 'degradation'
            ? degradationChecks(one, idOf)
            : one.kind === 'cdn'
              ? cdnChecks(one, idOf)
              : [undeclaredCheck(one.name)],
  );
  const reals = all.filter((one) => one.kind === 'real');
  const questions = reals.flatMap((one) => [
    { what: `${one.name}: its certificate`, isThere: one.certificate !== null, why: 'none was seen' },
    { what: `${one.name}: its contract`, isThere: one.contract !== null, why: 'no document is configured' },
    { what: `${one.name}: its quota`, isThere: one.quota !== null, why: 'no header is configured' },
  ]);
  const open = questions.filter(({ isThere }) => !isThere);
  const coverage: Coverage = {
    of: 'properties of services',
    covered: questions.length - open.length,
    total: questions.length,
    gaps: open.map(({ what, why }) => `${what}: ${why}`),
  };
  const tried = all.filter((one) => one.kind === 'degradation');
  const undeclared = all.flatMap((one) => (one.kind === 'undeclared' ? [one.name] : []));
  const failures = failureCoverage(tried, undeclared);
  const table: Table = {
    title: 'Services',
    head: ['Service', 'Kind', 'Where', 'What was seen'],
    rows: all.flatMap((one) => {
      if (one.kind === 'degradation' || one.kind === 'undeclared' || one.kind === 'cdn') return [];
      const row =
        one.kind === 'failed'
          ? [one.name, '', '', 'not looked at']
          : one.kind === 'real'
            ? [one.name, 'real', one.origin, `${plural(one.answers.length, 'request')}, ${middleWords(one)}`]
            : [
                one.name,
                'stand-in',
                one.origin,
                `${plural(one.exchanges, 'recorded answer')} of ${one.recordedAt.slice(0, 10)}, ${plural(one.errors, 'error')} among them`,
              ];
      return [row];
    }),
    figures: 0,
  };
  return {
    checks,
    figures: [
      { name: 'Real services', value: String(reals.length) },
      { name: 'Stand-ins', value: String(all.filter(({ kind }) => kind === 'stand-in').length) },
    ],
    tables: [table, ...degradationTable(tried), ...cdnTables(all.filter((one) => one.kind === 'cdn'))],
    coverage: [...(questions.length === 0 ? [] : [coverage]), ...(failures === null ? [] : [failures])],
  };
}

function undeclaredCheck(name: string): Check {
  return check(
    idOf(name, 'degrades'),
    `The target degrades as declared without ${name}`,
    'inconclusive',
    'Not tried: what the target does without it is not declared (integration.services, degrades).',
  );
}

function realChecks(one: RealEvidence): Check[] {
  const { name, answers, wantedStatus, certificate, contract, quota } = one;
  const of = (id: string, title: string, verdict: Verdict, reason: string) =>
    check(idOf(name, id), `${name} ${title}`, verdict, reason);
  const wrong = answers.filter(({ status }) => status !== wantedStatus);
  const seen = [
    ...new Set(wrong.map(({ status, problem }) => (status === 0 ? (problem ?? 'no answer') : String(status)))),
  ];
  // Of requests one after the other, a limit refuses some: that says nothing of the service.
  const isLimited = wrong.length > 0 && wrong.every(({ status }) => status === 429);
  const found = [
    of(
      'reachable',
      'is reachable',
      answers.length === 0 || isLimited ? 'inconclusive' : wrong.length > 0 ? 'fail' : 'pass',
      wrong.length > 0
        ? `${wrong.length} of ${plural(answers.length, 'request')} for ${one.probe} were not answered with ${wantedStatus}: ${seen.join(', ')}.`
        : `${plural(answers.length, 'request')} for ${one.probe} were answered with ${wantedStatus}.`,
    ),
  ];
  if (!hasAnswer(one)) return found;
  if (certificate !== null) {
    const { days, wantedDays, until } = certificate;
    found.push(
      of(
        'certificate',
        `has a certificate for ${wantedDays} more days`,
        days < wantedDays ? 'fail' : 'pass',
        `It is valid until ${until.slice(0, 10)}, for ${Math.floor(days)} days.`,
      ),
    );
  } else if (one.origin.startsWith('https:')) {
    found.push(of('certificate', 'has a certificate', 'inconclusive', 'It showed none that can be read.'));
  } else if (!one.isLocal) {
    found.push(of('certificate', 'is spoken to with TLS', 'fail', `${one.origin} is spoken to without TLS.`));
  }
  const times = timesOf(one);
  const ms = times.length === 0 ? null : upperMedian(times);
  found.push(
    of(
      'latency',
      `answers within ${one.latencyMs} ms`,
      ms === null ? 'inconclusive' : ms > one.latencyMs ? 'fail' : 'pass',
      ms === null
        ? 'Every answer was one of a limit.'
        : `The middle one of ${plural(times.length, 'answer')} took ${ms.toFixed(0)} ms.`,
    ),
  );
  if (contract !== null) {
    const { problems, doubts, held, document } = contract;
    const verdict = problems.length > 0 ? 'fail' : held === 0 || doubts.length > 0 ? 'inconclusive' : 'pass';
    const words = problems.length > 0 ? problems : doubts;
    const reason =
      words.length > 0
        ? `${words.slice(0, namedAtMost).join('; ')}.`
        : held === 0
          ? 'No answer was held against it.'
          : `${plural(held, 'answer was', 'answers were')} held against it.`;
    found.push(of('contract', `answers as ${document} says`, verdict, reason));
  }
  if (quota !== null) {
    const { left, atLeast, header } = quota;
    found.push(
      of(
        'quota',
        `allows ${atLeast} more requests`,
        left === null ? 'inconclusive' : left < atLeast ? 'fail' : 'pass',
        left === null ? `Its answer has no number in ${header}.` : `${header} says ${left}.`,
      ),
    );
  }
  return found;
}

function standInChecks(one: StandInEvidence): Check[] {
  const { name, control, differing } = one;
  const of = (id: string, title: string, verdict: Verdict, reason: string) =>
    check(idOf(name, id), `${name} ${title}`, verdict, reason);
  const isBare = one.tried === 0;
  return [
    of(
      'recorded',
      `was recorded in the last ${one.maxAgeDays} days`,
      !(one.ageDays <= one.maxAgeDays) || one.ageDays < -futureDays || one.exchanges === 0 || one.damaged > 0
        ? 'inconclusive'
        : 'pass',
      [
        `${plural(one.exchanges, 'answer')} of ${one.origin}, recorded ${one.recordedAt.slice(0, 10)}.`,
        one.ageDays > one.maxAgeDays ? `That is ${Math.floor(one.ageDays)} days ago.` : '',
        one.ageDays < -futureDays ? 'That is in the future, so that nothing says how old it is. Record it again.' : '',
        one.damaged > 0 ? 'The last line was cut off.' : '',
      ]
        .filter(Boolean)
        .join(' '),
    ),
    of(
      'as-recorded',
      'answers as it was recorded',
      differing.length > 0 ? 'fail' : isBare ? 'inconclusive' : 'pass',
      differing.length > 0
        ? `${plural(differing.length, 'answer')} of ${one.tried} came otherwise: ${differing.slice(0, namedAtMost).join('; ')}.`
        : `${one.tried} of ${plural(one.exchanges, 'recorded answer')} were asked for again${one.notTried > 0 ? `; ${one.notTried} were not, for their requests have a body, or are too many` : ''}.`,
    ),
    of(
      'unknown',
      'names what was never recorded',
      control.status >= 500 && control.isNamed ? 'pass' : 'fail',
      `${control.request} was answered with ${control.status}${control.isNamed ? ', by its name' : ''}.`,
    ),
  ];
}

function hasAnswer({ answers }: RealEvidence): boolean {
  return answers.some(({ status }) => status !== 0);
}

/** How long each answer took. A limit refuses at once, which says nothing of the service. */
function timesOf({ answers }: RealEvidence): number[] {
  return answers.filter(({ status }) => status !== 0 && status !== 429).map(({ ms }) => ms);
}

function middleWords(one: RealEvidence): string {
  const times = timesOf(one);
  if (times.length > 0) return `middle ${upperMedian(times).toFixed(0)} ms`;
  return hasAnswer(one) ? 'every one was refused by a limit' : 'no answer';
}

function idOf(name: string, id: string): string {
  return `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${id}`;
}
