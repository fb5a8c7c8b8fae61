import type { Verdict } from '../../model/verdict.ts';
import type { Table } from '../part.ts';
import { type Finding, inOrder, isAtLeast, type Risk } from './finding.ts';

/** A finding that somebody accepts for a time. */
export interface Waiver {
  readonly fingerprint: string;
  readonly owner: string;
  readonly reason: string;
  /** `2027-01-31`, the last day. */
  readonly expires: string;
}

/** How findings are judged; a run's evidence holds it, so that it is judged as it was begun. */
export interface Bar {
  /** From this risk on a finding fails its check. */
  readonly failAt: Risk;
  readonly waivers: readonly Waiver[];
  /** A waiver that lasts longer from the day of the run does not count. */
  readonly waiverDays: number;
  /** `2026-11-29`, the day of the run. */
  readonly today: string;
}

/** Of one finding: the waiver that covers it, and why one that names it does not. */
export function waiverOf(
  { fingerprint, also = [] }: Finding,
  bar: Bar,
): { waiver: Waiver | null; problem: string | null } {
  const named = bar.waivers.filter((one) => one.fingerprint === fingerprint || also.includes(one.fingerprint));
  const problems = named.map((one) => waiverProblem(one, bar));
  const valid = named[problems.indexOf(null)];
  return { waiver: valid ?? null, problem: valid === undefined ? (problems[0] ?? null) : null };
}

function waiverProblem({ expires }: Waiver, bar: Bar): string | null {
  const problem = termProblem(expires, bar);
  return problem === null ? null : `its waiver ${problem}`;
}

/** Why what somebody accepts until a day does not count today, within a sentence; null: it does. @param expires the last day */
export function termProblem(expires: string, { today, waiverDays }: Pick<Bar, 'today' | 'waiverDays'>): string | null {
  if (expires < today) return `expired on ${expires}`;
  const days = (Date.parse(expires) - Date.parse(today)) / 86_400_000;
  return days > waiverDays ? `is for ${days} days, more than ${waiverDays}` : null;
}

/** What findings come to, where what was looked at is known. @param looked within a sentence */
export function verdictOfFindings(
  findings: readonly Finding[],
  bar: Bar,
  looked: string,
): { verdict: Verdict; reason: string } {
  const open = findings
    .map((finding) => ({ finding, ...waiverOf(finding, bar) }))
    .filter(({ waiver }) => waiver === null);
  const waived = findings.length - open.length;
  const grave = open.filter(({ finding }) => isAtLeast(finding.risk, bar.failAt));
  const sure = grave.filter(({ finding }) => finding.certain);
  const rest = open.length - grave.length;
  const also = [
    ...(rest > 0 ? [`${rest} below ${bar.failAt} risk`] : []),
    ...(waived > 0 ? [`${waived} waived`] : []),
    ...open.flatMap(({ problem, finding }) => (problem === null ? [] : [`${finding.rule}: ${problem}`])).slice(0, 3),
  ].join(', ');
  const tail = also === '' ? '' : `; ${also}`;
  const name = ({ rule, where, risk }: Finding) => `${rule} (${risk}) at ${where}`;
  if (sure.length > 0) {
    const [first] = inOrder(sure.map(({ finding }) => finding));
    const more = sure.length > 1 ? ` and ${sure.length - 1} more` : '';
    return { verdict: 'fail', reason: `Found: ${name(first as Finding)}${more}${tail}. Looked at: ${looked}.` };
  }
  if (grave.length > 0) {
    const [first] = inOrder(grave.map(({ finding }) => finding));
    const more = grave.length > 1 ? ` and ${grave.length - 1} more` : '';
    return {
      verdict: 'inconclusive',
      reason: `Needs review: ${name(first as Finding)}${more}${tail}. Looked at: ${looked}.`,
    };
  }
  return {
    verdict: 'pass',
    reason: `${also === '' ? 'Nothing was found' : `Nothing of ${bar.failAt} risk or above was found; ${also}`}. Looked at: ${looked}.`,
  };
}

const mostRows = 200;

/** What was found, worst first; null: nothing. */
export function findingsTable(findings: readonly Finding[], bar: Bar): Table | null {
  if (findings.length === 0) return null;
  const rows = inOrder(findings)
    .slice(0, mostRows)
    .map((finding) => {
      const { waiver, problem } = waiverOf(finding, bar);
      const state =
        waiver !== null
          ? `waived until ${waiver.expires} by ${waiver.owner}: ${waiver.reason}`
          : (problem ??
            (finding.certain ? 'open' : isAtLeast(finding.risk, bar.failAt) ? 'needs review' : 'may be wrong'));
      const refs = [
        ...finding.asvs.map((id) => `ASVS ${id}`),
        ...(finding.top10 === null ? [] : [`${finding.top10}:2025`]),
      ];
      return [
        finding.risk,
        `${finding.title} (${finding.rule})`,
        finding.where,
        finding.seen,
        finding.remedy,
        refs.join(', '),
        state,
        finding.fingerprint,
      ];
    });
  const more = findings.length > mostRows ? ` (the first ${mostRows} of ${findings.length})` : '';
  return {
    title: `Findings${more}`,
    head: ['Risk', 'Finding', 'Where', 'Seen', 'Remedy', 'References', 'State', 'Fingerprint'],
    rows,
    figures: 0,
  };
}
