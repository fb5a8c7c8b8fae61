import { list } from '../../../../gate/words.ts';
import type { Verdict } from '../../../../model/verdict.ts';
import { duration } from '../../../../report-kit/format.ts';
import type { Check, Coverage, Judged, Recorded, Table } from '../../../part.ts';
import { judgeDatabase } from './database-judge.ts';
import type { Evidence, Of } from './evidence.ts';
import { subjects, subjectTitles } from './settings.ts';

/** What health checks came to: each has to pass, and has to have failed where something was wrong on purpose. */
export function judge(evidence: readonly Recorded<Evidence>[], ended: boolean): Judged {
  const of = <K extends Evidence['kind']>(kind: K) =>
    evidence.map(({ data }) => data).filter((data): data is Of<K> => data.kind === kind);
  const [asked] = of('asked');
  const seen = of('check');
  const checks: Check[] = seen.flatMap((one) => [healthy(one), ableToFail(one)]);
  for (const { name } of asked?.checks ?? []) {
    if (seen.some((one) => one.name === name)) continue;
    const reason = ended ? 'The check was not made.' : 'It was not checked before the end.';
    checks.push({ id: `healthy:${name}`, title: `${name} is healthy`, verdict: 'inconclusive', reason });
  }
  const databases = of('database').map(judgeDatabase);
  checks.push(...databases.flatMap((one) => one.checks));
  if ((asked?.checks.length ?? 0) === 0)
    checks.push({
      id: 'configured',
      title: 'There are health checks',
      verdict: 'inconclusive',
      reason: 'None is configured, so nothing was checked.',
    });
  const working = seen.filter((one) => healthy(one).verdict === 'pass').length;
  const controls = seen.flatMap((one) => one.controls);
  return {
    checks,
    figures: [
      { name: 'Healthy', value: `${working} of ${asked?.checks.length ?? 0}` },
      {
        name: 'Controls that failed as they should',
        value: `${controls.filter((one) => one.forItsReason).length} of ${controls.length}`,
      },
    ],
    tables: [...(seen.length > 0 ? [table(seen)] : []), ...databases.flatMap((one) => one.tables)],
    coverage: [coverageOf(asked)],
  };
}

function healthy({ name, tries }: Of<'check'>): Check {
  const failed = tries.filter((one) => !one.ok);
  const [first] = failed;
  const verdict: Verdict = tries.length === 0 ? 'inconclusive' : failed.length > 0 ? 'fail' : 'pass';
  const slowest = Math.max(0, ...tries.map(({ tookMs }) => tookMs));
  return {
    id: `healthy:${name}`,
    title: `${name} is healthy`,
    verdict,
    reason:
      first === undefined
        ? tries.length === 0
          ? 'It was not tried.'
          : `${tries.length} of ${tries.length} tries passed, the slowest in ${duration(slowest)}: ${tries.at(-1)?.detail}.`
        : `${failed.length} of ${tries.length} tries failed: ${first.detail}.`,
  };
}

function ableToFail({ name, controls, withheld }: Of<'check'>): Check {
  const passed = controls.filter(({ ok }) => ok);
  const odd = controls.filter(({ ok, forItsReason }) => !ok && !forItsReason);
  const verdict: Verdict =
    passed.length > 0 ? 'fail' : odd.length > 0 || controls.length === 0 ? 'inconclusive' : 'pass';
  const notTried = withheld.length === 0 ? '' : ` Not tried: ${withheld.join('; ')}.`;
  return {
    id: `able-to-fail:${name}`,
    title: `The check of ${name} can fail`,
    verdict,
    reason:
      passed.length > 0
        ? `It passed with ${list(passed.map(({ wrong }) => wrong))}, so that it passes says less than it seems to.`
        : odd.length > 0
          ? `With ${list(odd.map(({ wrong, detail }) => `${wrong} (${detail})`))} it failed for another reason than that, which shows nothing.`
          : controls.length === 0
            ? `Nothing was tried that must fail.${notTried}`
            : `It failed with ${list(controls.map(({ wrong }) => wrong))}.${notTried}`,
  };
}

function table(seen: readonly Of<'check'>[]): Table {
  return {
    title: 'Health checks',
    head: ['Check', 'Of', 'By', 'Answer', 'Slowest try'],
    rows: seen.map(({ name, of, protocol, tries }) => [
      name,
      subjectTitles[of],
      protocol,
      (tries.find(({ ok }) => !ok) ?? tries.at(-1))?.detail ?? '',
      duration(Math.max(0, ...tries.map(({ tookMs }) => tookMs))),
    ]),
    figures: 1,
  };
}

function coverageOf(asked: Of<'asked'> | undefined): Coverage {
  const has = new Set(asked?.checks.map(({ of }) => of));
  const absent = new Set(asked?.absent);
  const wanted = subjects.filter((one) => !absent.has(one));
  return {
    of: 'kinds of health checks',
    covered: wanted.filter((one) => has.has(one)).length,
    total: wanted.length,
    gaps: wanted.filter((one) => !has.has(one)).map((one) => `${subjectTitles[one]}: no check is configured`),
  };
}
