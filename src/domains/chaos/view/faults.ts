import type { FaultRecord, LoadShare, ResilienceResult, TimedFigure } from '../../../model/chaos.ts';
import type { Results } from '../../../model/results.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { count, duration, milliseconds, more, nothing, percent } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import { relative } from '../../../report-kit/time.ts';
import { wordOf } from '../../../report-kit/verdict.ts';
import { endOfFault } from '../felt.ts';
import { failedOfOthers } from '../resilience/others.ts';

export interface FaultRow {
  verdict: Verdict;
  word: string;
  title: string;
  component: string;
  /** Why it says nothing, or what was measured of it. */
  proof: string;
  at: string;
  length: string;
  /** Which requests it was applied to, where it sees them one by one; empty: it does not. */
  touched: string;
  /** Of the requests of all users. */
  failed: string;
  /** `other users: 0 %`; empty where every user is on what was broken, or nobody is known to be. */
  failedOfOthers: string;
  p95: string;
  p95Before: string;
  noticed: string;
  noticedBy: string;
  recovered: string;
  score: string;
}

export interface FaultsView {
  lead: string;
  rows: FaultRow[];
  leftOut: string;
}

const mostRows = 8;

/** `4.2 s ± 1 s`; `within 1 s` where it is not known better. */
export function timed(figure: TimedFigure | null): string {
  if (figure === null) return nothing;
  if (figure.ms < figure.errorMs) return `within\u00a0${duration(figure.ms + figure.errorMs)}`;
  return `${duration(figure.ms)}\u00a0±\u00a0${duration(figure.errorMs)}`;
}

export function shareFailed({ requests, failed }: LoadShare): string {
  return requests === 0 ? nothing : percent((100 * failed) / requests);
}

/** What a fault did to the requests that passed it: `touched 139 of the 200 requests that it is for`. Empty: they are not counted. */
export function touchedWords({ touched }: FaultRecord): string {
  return touched === undefined
    ? ''
    : `touched ${count(touched.applied)} of the ${count(touched.matched)} requests that it is for`;
}

function othersWords(measured: ResilienceResult): string {
  const others = failedOfOthers(measured);
  if (others === null || measured.others?.share === 0) return '';
  return `other users: ${others.requests === 0 ? 'no request' : percent(others.percent)}`;
}

/** That it was seen, in a few words; or why it was not. */
export function proofWords({ proof, error, injectedMs }: FaultRecord): string {
  if (error !== null) return `not injected: ${shortened(error, 160)}`;
  if (injectedMs === null) return 'never injected';
  if (proof === null) return 'not measured';
  const telling = proof.checks.filter(({ held }) => held === proof.seen);
  // A measured figure shows more than what a program says of itself.
  const shown = telling.find(({ measured }) => /\d/.test(measured)) ?? telling[0] ?? proof.checks[0];
  if (shown === undefined) return proof.seen ? 'seen' : 'not seen';
  const { what, expected, measured } = shown;
  return shortened(`${proof.seen ? '' : 'not seen: '}${what} ${measured}, ${expected} expected`, 200);
}

/** Earliest of the ways; where nobody noticed and no request failed, there was nothing to notice. */
function noticedBy({ detectedBy }: ResilienceResult): { after: string; by: string } {
  const ways = [
    ['health check', detectedBy.health],
    ['alert', detectedBy.alert],
    ["users' errors", detectedBy.errors],
  ] as const;
  let first: { by: string; figure: TimedFigure } | null = null;
  for (const [by, figure] of ways) {
    if (figure !== null && (first === null || figure.ms < first.figure.ms)) first = { by, figure };
  }
  return first === null ? { after: nothing, by: '' } : { after: timed(first.figure), by: first.by };
}

function verdictOf(fault: FaultRecord, experiment: Verdict): Verdict {
  return fault.proof?.seen === true && fault.error === null ? experiment : 'inconclusive';
}

function rowOf(fault: FaultRecord, experiment: Verdict, given: ResilienceResult | undefined): FaultRow {
  const verdict = verdictOf(fault, experiment);
  // What happened while a fault was not there says nothing about it.
  const measured = fault.proof?.seen === true ? given : undefined;
  const from = fault.injectedMs;
  const endMs = endOfFault(fault);
  const lasted = from === null || endMs === null ? null : endMs - from;
  const noticed = measured === undefined ? { after: nothing, by: '' } : noticedBy(measured);
  return {
    verdict,
    word: wordOf(verdict),
    title: shortened(fault.title, 80),
    component: shortened(fault.component, 60),
    proof: proofWords(fault),
    at: from === null ? nothing : relative(from),
    length:
      lasted === null ? (from === null ? '' : 'to the end') : lasted < 50 ? 'a moment' : `for ${duration(lasted)}`,
    touched: touchedWords(fault),
    failed: measured === undefined ? nothing : shareFailed(measured.during),
    failedOfOthers: measured === undefined ? '' : othersWords(measured),
    p95: measured === undefined ? nothing : milliseconds(measured.during.p95Ms),
    p95Before: measured === undefined ? '' : `before: ${milliseconds(measured.before.p95Ms)}`,
    noticed: noticed.after,
    noticedBy: noticed.by,
    recovered: measured === undefined ? nothing : measured.recover === null ? 'not seen' : timed(measured.recover),
    score: measured?.score == null ? nothing : count(measured.score),
  };
}

const order: Record<Verdict, number> = { fail: 0, inconclusive: 1, pass: 2 };

/** Each fault in a row, failing ones first; null for a run without any. */
export function faultsView({ sections: { chaos } }: Results): FaultsView | null {
  if (chaos === undefined) return null;
  const measured = new Map(chaos.resilience.map((one) => [one.faultId, one]));
  const rows = chaos.experiments
    .flatMap(({ faults, verdict }) => faults.map((fault) => rowOf(fault, verdict, measured.get(fault.id))))
    .sort((a, b) => order[a.verdict] - order[b.verdict]);
  return {
    lead: 'Requests planned while a fault was on are judged here and by no other gate. A fault that was not seen by measurement shows nothing. Figures are of all users; objectives of the other users leave out as many requests as the fault broke, for these are to fail.',
    rows: rows.slice(0, mostRows),
    leftOut: more(rows.length, mostRows),
  };
}
