import type { UatUnderLoad } from '../../../model/uat-under-load.ts';
import type { GateResult } from '../../../model/verdict.ts';
import { duration, plainNumber, plural } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import { relative } from '../../../report-kit/time.ts';

const mostRounds = 40;
const faultsNamed = 2;

export interface RoundRow {
  number: string;
  when: string;
  lasted: string;
  state: GateResult['verdict'];
  text: string;
  meanwhile: string;
}

/** In order of time; where there are too many, those under a fault, not passed or cut short before the others. */
export function roundRows({ rounds }: UatUnderLoad): { rounds: RoundRow[]; roundsLeftOut: number } {
  const isTelling = ({ failed, flaky, faults, cutShort }: UatUnderLoad['rounds'][number]) =>
    failed + flaky > 0 || faults !== undefined || cutShort === true;
  const shown = rounds.toSorted((a, b) => Number(isTelling(b)) - Number(isTelling(a))).slice(0, mostRounds);
  return {
    rounds: shown.sort((a, b) => a.round - b.round).map(roundRow),
    roundsLeftOut: rounds.length - shown.length,
  };
}

function roundRow(of: UatUnderLoad['rounds'][number]): RoundRow {
  const { round, startMs, endMs, passed, failed, flaky, underFault, faults, cutShort } = of;
  const all = passed + failed + flaky;
  const missed = failed + flaky;
  const parts = [
    ...(all === 0 ? [] : [`${passed} of ${all} passed`]),
    ...(flaky === 0 ? [] : [`${flaky} flaky`]),
    ...(cutShort === true ? [all === 0 ? 'cut short' : 'then cut short'] : []),
  ];
  return {
    number: plainNumber(round, 0),
    when: startMs === null ? 'before the load' : relative(Math.max(0, startMs)),
    lasted: startMs === null || endMs === null ? '' : duration(endMs - startMs),
    // What a fault brought about is the resilience gate's.
    state: missed > underFault && failed > 0 ? 'fail' : missed > 0 ? 'inconclusive' : all === 0 ? 'not run' : 'pass',
    text: parts.join(', ') || 'nothing finished',
    meanwhile: faults === undefined ? '' : shortened(faults.join('; '), 160),
  };
}

/** Of the faults that were on while scenarios ran: ` (Latency, shop-1 to database)`. */
export function faultNames({ rounds }: UatUnderLoad): string {
  const all = rounds.flatMap(({ faults = [] }) => faults.map((fault) => fault.replace(/^just after /, '')));
  const names = [...new Set(all)];
  if (names.length === 0) return '';
  const left = names.length - faultsNamed;
  return ` (${names.slice(0, faultsNamed).join('; ')}${left > 0 ? `; and ${plural(left, 'more', 'more')}` : ''})`;
}
