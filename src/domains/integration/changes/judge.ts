import { plural } from '../../../report-kit/format.ts';
import { type Check, check, type Judged, type Recorded, type Table } from '../../part.ts';
import { like } from '../contracts/judge.ts';
import type { Change, ChangeEvidence, ComparedEvidence } from './evidence.ts';

const namedAtMost = 4;

/** What breaks clients. What was not compared is inconclusive. */
export function judgeChanges(evidence: readonly Recorded<ChangeEvidence>[]): Judged {
  const all = evidence.flatMap(({ data }) => (data.kind === 'compared' ? [data] : []));
  const unusable = evidence.flatMap(({ data }) => (data.kind === 'unusable' ? [data] : []));
  const parts = all.map((one, i) => judgeOne(one, evidence.length === 1 ? '' : `${i + 1}`));
  return {
    checks: [
      ...parts.flatMap(({ checks }) => checks),
      ...unusable.map(({ name, error }, i) =>
        check(
          `documents${unusable.length === 1 ? '' : `-${i + 1}`}`,
          `${name}: they can be compared`,
          'inconclusive',
          error,
        ),
      ),
    ],
    figures: all.flatMap((one) => [
      { name: 'Compared', value: `${one.baseline.name} with ${one.candidate.name}` },
      { name: 'Operations', value: `${one.baseline.operations} before, ${one.candidate.operations} now` },
      {
        name: 'oasdiff',
        value: one.oasdiff === null ? 'not installed: its rules as far as they are built in' : one.oasdiff.version,
      },
    ]),
    tables: parts.map(({ table }) => table),
  };
}

function judgeOne(one: ComparedEvidence, number: string): { checks: Check[]; table: Table } {
  const id = (text: string) => (number === '' ? text : `${text}-${number}`);
  const title = (text: string) => (number === '' ? text : `${one.candidate.name}: ${text}`);
  const rules = one.accepted.map((rule) => ({ ...rule, isLate: rule.expires < one.day, used: false }));
  const open = one.changes.filter((change) => {
    const rule = rules.find(
      ({ operation, what, isLate }) =>
        !isLate &&
        like(operation, change.operation) &&
        (like(what, change.id) || like(what, `${change.id} ${change.where}`)),
    );
    if (rule !== undefined) rule.used = true;
    return rule === undefined;
  });
  const isSame = one.isSame === true;
  const none = one.baseline.operations === 0 || isSame;
  const of = (level: Change['level']) => open.filter((change) => change.level === level);
  const [errors, warnings] = [of('error'), of('warning')];
  const empty = isSame
    ? `${one.baseline.name} and ${one.candidate.name} hold the same (sha256:${one.baseline.sha256.slice(0, 12)} and ${one.candidate.sha256.slice(0, 12)}), so no two versions were compared. Name the document of the version before; if the interface did not change, leave it out (integration.leaveOut).`
    : 'The baseline has no operation, so that nothing was compared.';
  const verdict = (found: readonly Change[], worst: 'fail' | 'inconclusive') =>
    found.length > 0 ? worst : none ? 'inconclusive' : 'pass';
  const checks = [
    check(
      id('breaking'),
      title('No change breaks clients'),
      verdict(errors, 'fail'),
      errors.length > 0 ? `${plural(errors.length, 'change')}: ${namesOf(errors)}.` : none ? empty : 'There is none.',
    ),
    check(
      id('review'),
      title('No change needs review'),
      verdict(warnings, 'inconclusive'),
      warnings.length > 0
        ? `${plural(warnings.length, 'change')} may break clients and needs review: ${namesOf(warnings)}.`
        : none
          ? empty
          : 'There is none.',
    ),
  ];
  const doubts = [
    ...one.doubts,
    ...(one.changesLeftOut > 0 ? [`${one.changesLeftOut} more changes are not shown`] : []),
    ...(one.oasdiff === null || one.oasdiff.error === '' ? [] : [`oasdiff could not be used: ${one.oasdiff.error}`]),
  ];
  const more = doubts.length > namedAtMost ? ` and ${doubts.length - namedAtMost} more` : '';
  checks.push(
    check(
      id('whole'),
      title('All of it was compared'),
      doubts.length > 0 ? 'inconclusive' : 'pass',
      doubts.length > 0
        ? `Not judged: ${doubts.slice(0, namedAtMost).join('; ')}${more}.`
        : 'All operations of the baseline were compared.',
    ),
  );
  const [late, unused] = [rules.filter(({ isLate }) => isLate), rules.filter(({ isLate, used }) => !isLate && !used)];
  if (rules.length > 0) {
    const names = (of_: readonly { operation: string; what: string }[]) =>
      of_.map(({ operation, what }) => `${operation} ${what}`).join(', ');
    checks.push(
      check(
        id('accepted'),
        title('What is accepted is still valid and there'),
        late.length + unused.length > 0 ? 'inconclusive' : 'pass',
        [
          `${plural(one.changes.length - open.length, 'change is', 'changes are')} accepted by the configuration.`,
          late.length > 0 ? `Past their last day: ${names(late)}.` : '',
          unused.length > 0 ? `Not seen: ${names(unused)}.` : '',
        ]
          .filter(Boolean)
          .join(' '),
      ),
    );
  }
  const table = {
    title: title('Changes'),
    head: ['Operation', 'Where', 'Rule', 'What', 'Risk', 'Remedy'],
    rows: open.map(({ operation, where, id: rule, what, level }) => [
      ...[
        operation,
        where,
        rule,
        what,
        level === 'error' ? 'Clients made for the version before fail.' : 'Clients may fail.',
      ],
      'Take it back, or offer it beside the old one and deprecate that.',
    ]),
    figures: 0,
  };
  return { checks, table };
}

function namesOf(found: readonly Change[]): string {
  const names = found.map(
    ({ operation, where, what, id }) => `${[operation, where].filter(Boolean).join(' ')}: ${what} (${id})`,
  );
  return `${names.slice(0, namedAtMost).join('; ')}${names.length > namedAtMost ? ` and ${names.length - namedAtMost} more` : ''}`;
}
