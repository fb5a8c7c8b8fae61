import { count, percent, plural } from '../../../report-kit/format.ts';
import { type Check, check, type Judged, type Recorded, type Table } from '../../part.ts';
import { aspects } from '../descriptor/aspects.ts';
import type { ComparisonEvidence, Evidence, SideEvidence } from './evidence.ts';
import { coverageCheck, coverageOf, itemsCheck } from './judge-comparison.ts';

const placesAtMost = 3;
const rowsAtMost = 100;
/** Two clocks may differ by this much. */
const futureHours = 0.1;

/** What two captures come to. Nothing that was not compared counts for equality. */
export function judge(evidence: readonly Recorded<Evidence>[]): Judged {
  const sides = evidence.flatMap(({ data }) => (data.kind === 'side' ? [data] : []));
  const found = evidence.map(({ data }) => data).findLast((data) => data.kind === 'comparison');
  if (found === undefined) {
    const reason = 'Nothing was compared.';
    return { checks: [check('items', 'Staging is as production is', 'inconclusive', reason)], figures: [] };
  }
  return {
    checks: [itemsCheck(found), coverageCheck(found), ageCheck(sides), ...onceOnly(found)],
    figures: [
      { name: 'Parity score', value: percent(found.score) },
      { name: 'Coverage', value: percent(found.coverage) },
      { name: 'Differences', value: count(found.differences.total) },
      { name: 'Not compared', value: count(found.notCompared.total) },
      { name: 'Left out by rules', value: count(found.ignored.total) },
    ],
    tables: [differencesTable(found), aspectsTable(found), sidesTable(sides), rulesTable(found)].filter(
      ({ rows }) => rows.length > 0,
    ),
    coverage: [coverageOf(found)],
  };
}

function ageCheck(sides: readonly SideEvidence[]): Check {
  const title = 'Both captures show how things are';
  const missing = (['production', 'staging'] as const).filter((side) => !sides.some((each) => each.side === side));
  if (missing.length > 0)
    return check('age', title, 'inconclusive', `Nothing says how old ${missing.join(' and ')} is.`);
  const bad = sides.filter(
    ({ ageless, ageHours, maximumAgeDays }) =>
      ageless === null && (ageHours > maximumAgeDays * 24 || ageHours < -futureHours),
  );
  const [worst] = bad;
  if (worst !== undefined) {
    const { side, capturedAt, ageHours, maximumAgeDays } = worst;
    const why =
      ageHours < 0 ? 'which is in the future' : `${ageWords(ageHours)} ago, more than ${plural(maximumAgeDays, 'day')}`;
    return check('age', title, 'inconclusive', `${side} was captured at ${capturedAt}, ${why}. Capture it again.`);
  }
  const words = sides.map(
    ({ side, ageHours, ageless }) => `${side} ${ageless ?? `${ageWords(Math.max(0, ageHours))} ago`}`,
  );
  return check('age', title, 'pass', `${words.join(', ')}.`);
}

function onceOnly({ isOneCapture, samePlaces }: ComparisonEvidence): Check[] {
  if (!isOneCapture && samePlaces.length > 0) {
    const reason = `Both sides were looked at in one place, which is equal to itself: ${samePlaces.slice(0, placesAtMost).join(', ')}.`;
    return [check('captures', 'There are two environments', 'inconclusive', reason)];
  }
  if (!isOneCapture) return [];
  const reason = 'Both sides are the same capture, which is equal to itself whatever the environments are.';
  return [check('captures', 'There are two captures', 'inconclusive', reason)];
}

function differencesTable({ differences }: ComparisonEvidence): Table {
  const rows = differences.shown
    .slice(0, rowsAtMost)
    .map(({ item, production, staging, rule, risk, remedy }) => [
      item,
      production,
      staging,
      rule ?? 'equal',
      risk,
      remedy,
    ]);
  const more = differences.total - rows.length;
  const head = ['Item', 'Production', 'Staging', 'Wanted', 'Risk', 'Remedy'];
  return {
    title: more > 0 ? `Differences, the first ${rows.length} of ${differences.total}` : 'Differences',
    head,
    rows,
    figures: 0,
  };
}

function aspectsTable({ aspects: all }: ComparisonEvidence): Table {
  return {
    title: 'By aspect',
    head: ['Aspect', 'Equal', 'By rule', 'Different', 'Not compared', 'Left out', 'Coverage'],
    rows: all.map(({ aspect, equal, byRule, different, notCompared, ignored, coverage }) => [
      aspects[aspect].title,
      ...[equal, byRule, different, notCompared, ignored].map(count),
      coverage === null ? 'left out' : percent(coverage * 100),
    ]),
    figures: 5,
  };
}

function sidesTable(sides: readonly SideEvidence[]): Table {
  return {
    title: 'Captures',
    head: ['Side', 'Source', 'Captured at', 'Age'],
    rows: sides.flatMap(({ side, environment, ageHours, ageless, sources }) =>
      sources.map(({ kind, from, capturedAt }) => [
        environment === side ? side : `${side} (${environment})`,
        from === '' ? kind : `${kind}: ${from}`,
        capturedAt,
        ageless ?? ageWords(Math.max(0, ageHours)),
      ]),
    ),
    figures: 0,
  };
}

function rulesTable({ ignored, readings, unusedRules, expiredRules, byDefault, own }: ComparisonEvidence): Table {
  return {
    title: 'What was left out, and rules',
    head: ['What', 'Why'],
    rows: [
      ...ignored.shown.slice(0, rowsAtMost).map(({ item, reason }) => [item, reason]),
      ...(ignored.total > rowsAtMost ? [[`${count(ignored.total - rowsAtMost)} more`, 'ignored by a rule']] : []),
      ...readings.shown.slice(0, rowsAtMost).map(({ item, reason }) => [item, reason]),
      ...(readings.total > rowsAtMost ? [[`${count(readings.total - rowsAtMost)} more`, 'moving readings']] : []),
      ...expiredRules.map((rule) => [rule, 'this rule has expired, and does not hold any more']),
      ...unusedRules.map((rule) => [rule, 'this rule fits no item: take it out, or mend its pattern']),
      ...(own === 0 ? [] : [[plural(own, 'item'), 'of one environment only, such as ids and addresses']]),
      ...(byDefault.total === 0
        ? []
        : [
            [
              plural(byDefault.total, 'item'),
              `equal, but one side has it by default only: ${byDefault.shown.slice(0, 5).join(', ')}`,
            ],
          ]),
    ],
    figures: 0,
  };
}

function ageWords(hours: number): string {
  if (hours < 1) return plural(Math.round(hours * 60), 'minute');
  return hours < 48 ? plural(Math.round(hours), 'hour') : plural(Math.round(hours / 24), 'day');
}
