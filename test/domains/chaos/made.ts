import type { FaultRecord, LedgerResult } from '../../../src/model/chaos.ts';
import type { JournalData } from '../../../src/model/event.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import type { MadeRun } from '../../run/results/run-folder.ts';

interface MadeFault {
  id: string;
  fault: string;
  title: string;
  component: string;
  fromMs: number;
  toMs: number;
  seen?: boolean;
  /** When it was last seen, where somebody else took it away before `toMs`. */
  goneMs?: number;
  /** Share of the users on the broken part; all when absent, so that none is judged by their response time. */
  affectedShare?: number;
  /** Requests that it was for and that it was applied to; not counted when absent. */
  touched?: { matched: number; applied: number };
}

function record(
  { id, fault, title, component, fromMs, affectedShare = 1 }: MadeFault,
  experiment: string,
): FaultRecord {
  return {
    ...{ id, experiment, fault, title, component },
    layer: 'network',
    arguments: { latencyMs: 300 },
    touches: [`connections through ${component}`],
    affectedShare,
    announcedMs: fromMs - 40,
    injectedMs: null,
    revertedMs: null,
    revertedBy: null,
    proof: null,
    error: null,
  };
}

/** The events of one experiment with its faults, in the order of a journal. */
export function experiment(
  title: string,
  made: MadeFault[],
  {
    verdict = 'pass',
    reason = 'The hypothesis held before, during and after.',
    skipped,
  }: { verdict?: Verdict; reason?: string; skipped?: 'optional' | 'required' } = {},
): JournalData[] {
  const fromMs = Math.min(...made.map((one) => one.fromMs), 170_000) - 2000;
  const toMs = Math.max(...made.map((one) => one.toMs), fromMs) + 2000;
  const file = 'chaos/experiments/made.yaml';
  const description = 'Users of the shop must not notice.';
  return [
    { type: 'shakedown.experiment.started', data: { atMs: fromMs, title, file, description, tags: ['network'] } },
    {
      type: 'shakedown.hypothesis.checked',
      data: { experiment: title, check: { phase: 'before', atMs: fromMs, met: true, deviating: null } },
    },
    ...made.flatMap((fault): JournalData[] => {
      const { id, fromMs: atMs, toMs: endMs, seen = true, goneMs, touched } = fault;
      const counted = touched === undefined ? {} : { touched };
      const gone = { what: 'toxic', expected: 'latency', measured: 'none', held: false };
      const watched = goneMs === undefined ? {} : { watched: { looks: 3, seenUntilMs: goneMs, gone } };
      const measured = seen ? '301 ms' : '0.4 ms';
      const checks = [{ what: 'delay on a new connection', expected: '300 ms ± 15 ms', measured, held: seen }];
      return [
        { type: 'shakedown.fault.announced', data: { fault: record(fault, title) } },
        { type: 'shakedown.fault.injected', data: { id, atMs } },
        { type: 'shakedown.fault.proved', data: { id, proof: { seen, checks } } },
        {
          type: 'shakedown.fault.ended',
          data: { id, atMs: endMs, by: 'rollback', error: null, ...watched, ...counted },
        },
      ];
    }),
    {
      type: 'shakedown.experiment.ended',
      data: {
        experiment: {
          ...{ title, description, file, verdict, reason },
          ...(skipped === undefined ? {} : { skipped }),
          tags: ['network'],
          period: { fromMs, toMs },
          status: 'completed',
          deviated: verdict === 'fail',
          hypothesis: {
            title: 'The shop answers',
            checks: [
              { phase: 'before', atMs: fromMs, met: true, deviating: null },
              {
                phase: 'during',
                atMs: fromMs + 5000,
                met: verdict !== 'fail',
                deviating: verdict === 'fail' ? 'home page' : null,
              },
              { phase: 'after rollback', atMs: toMs, met: true, deviating: null },
            ],
          },
          stopped: null,
          journal: 'evidence/chaos/made.json',
        },
      },
    },
  ];
}

export function ledger(harmed: Partial<LedgerResult> = {}): JournalData {
  const made: LedgerResult = {
    subject: 'orders of the shop',
    writes: 1200,
    acknowledged: 1150,
    refused: 30,
    unknown: 20,
    reads: 1400,
    ...{ lost: 0, duplicated: 0, corrupted: 0, stale: 0, unexpected: 0 },
    linearizable: true,
    readBack: { afterRecovery: true, afterRestart: true },
    findings: [],
    verdict: 'pass',
    reason: 'All 1,150 acknowledged writes were read back, after recovery and after a restart.',
    ...harmed,
  };
  return { type: 'shakedown.ledger.checked', data: { ledger: made } };
}

/** Two minutes with one fault in the middle, 60 s to 75 s, that costs a fifth of the requests. */
export function faulted(more: JournalData[], change: Partial<MadeRun> = {}): MadeRun {
  return {
    windows: 180,
    windowMs: 1000,
    rate: 1200,
    samples: 40,
    routes: ['GET /', 'GET /products'],
    excluded: (window) => (window >= 60 && window < 80 ? 'latency, shop-1 to database' : null),
    failures: (window) =>
      window >= 60 && window < 77 ? { kind: 'http', status: 503, count: 240, message: 'status 503' } : null,
    medianMs: (window) => (window >= 60 && window < 77 ? 300 : 30),
    more,
    ...change,
  };
}
