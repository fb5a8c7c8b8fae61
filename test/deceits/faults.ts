import type { LedgerResult } from '../../src/model/chaos.ts';
import { experiment, ledger } from '../domains/chaos/made.ts';
import type { MadeRun } from '../run/results/run-folder.ts';
import { type Deceit, edit, second, short } from './made.ts';

/** A third of the users are on the part that is slow. */
const latency = {
  ...{ id: 'f1', fault: 'latency', title: 'Latency', component: 'shop-1 to database' },
  ...{ fromMs: 60 * second, toMs: 75 * second, affectedShare: 0.33 },
};
const second2 = { ...latency, id: 'f2', component: 'shop-2 to database', fromMs: 150 * second, toMs: 165 * second };
/** Windows of 5 s that a fault may be felt in. */
const isUnder = (window: number) => window >= 12 && window < 17;
const isUnderSecond = (window: number) => window >= 30 && window < 35;
const excluded = (window: number) => (isUnder(window) || isUnderSecond(window) ? 'latency' : null);

const base: MadeRun = { ...short, excluded };
const slow = experiment('Slow database', [latency]);
const again = experiment('Slow again', [second2]);
const honest: MadeRun = { ...base, more: [...slow, ...again] };
const followed = (harmed: Partial<LedgerResult>): MadeRun => ({ ...base, more: [...slow, ledger(harmed)] });
const honestLedger = followed({});
const failing = { kind: 'http', status: 503, count: 3000, message: 'status 503' } as const;
const late = 'the generator was late';

/** A pass of faults or of the ledger for which there is no evidence. */
export const ofFaults: Deceit[] = [
  {
    what: 'a fault that was never seen to be there',
    made: { ...base, more: [...experiment('Slow database', [{ ...latency, seen: false }]), ...again] },
    verdict: 'inconclusive',
    because: /latency on shop-1 to database was not measured to be there/,
    control: honest,
  },
  {
    what: 'a fault that somebody else took away before a window under it was over',
    made: { ...base, more: [...experiment('Slow database', [{ ...latency, goneMs: 61 * second }]), ...again] },
    verdict: 'inconclusive',
    because: /[Nn]o request/,
    control: honest,
  },
  {
    what: 'no request that can be judged under the fault',
    made: { ...honest, invalid: (window) => (window >= 12 && window < 15 ? late : null) },
    verdict: 'inconclusive',
    because: /No request|no request/,
    control: honest,
  },
  {
    what: 'nobody answered under the fault, so that nobody was slow',
    made: {
      ...honest,
      rateAt: (window) => (isUnder(window) ? 0 : 1200),
      unsent: (window) => (isUnder(window) ? 6000 : 0),
    },
    verdict: 'fail',
    because: /failed under/,
    control: honest,
  },
  {
    what: 'nobody asked under one fault, and all went well under another',
    made: { ...honest, rateAt: (window) => (isUnderSecond(window) ? 0 : 1200) },
    verdict: 'inconclusive',
    because: /no request|No request/,
    control: honest,
  },
  {
    what: 'users beside the broken part are slow under the fault, and the hypothesis held',
    made: { ...honest, medianMs: (window) => (isUnder(window) ? 400 : 30) },
    verdict: 'fail',
    because: /p95/,
    control: honest,
  },
  {
    what: 'users beside the broken part get errors under the fault, and the hypothesis held',
    made: { ...honest, failures: (window) => (isUnder(window) && window < 15 ? failing : null) },
    verdict: 'fail',
    because: /failed/,
    control: honest,
  },
  {
    what: 'experiments for which there was no time',
    made: {
      ...base,
      more: [
        ...slow,
        ...experiment('Frozen shop', [], { verdict: 'inconclusive', reason: 'It was not run.', skipped: 'required' }),
      ],
    },
    verdict: 'inconclusive',
    because: /It was not run/,
    control: honest,
  },
  {
    what: 'optional experiments for none of which there was time',
    made: {
      ...short,
      more: experiment('Frozen shop', [], { verdict: 'inconclusive', reason: 'It was not run.', skipped: 'optional' }),
    },
    verdict: 'inconclusive',
    because: /no time/,
    control: honest,
  },
  {
    what: 'an experiment whose end is taken out of the journal',
    made: honest,
    tamper: edit('journal.ndjson', (line) =>
      line.includes('shakedown.experiment.ended') && line.includes('Slow again') ? null : line,
    ),
    verdict: 'inconclusive',
    because: /the evidence was changed/,
  },
  {
    what: 'a target that is still failing when the next fault begins',
    made: {
      ...base,
      more: [...slow, ...experiment('At once', [{ ...second2, fromMs: 80 * second, toMs: 90 * second }])],
      excluded: (window) => (window >= 12 && window < 20 ? 'latency' : null),
      failures: (window) => (window >= 15 && window < 18 ? { ...failing, count: 200 } : null),
    },
    verdict: 'inconclusive',
    because: /recover/,
    control: honest,
  },
  {
    what: 'a ledger without an acknowledged write',
    made: followed({ writes: 0, acknowledged: 0, refused: 0, unknown: 0, reason: 'All were read back.' }),
    verdict: 'inconclusive',
    because: /has only 0 samples/,
    control: honestLedger,
  },
  {
    what: 'a ledger of a handful of writes',
    made: followed({ writes: 9, acknowledged: 9, refused: 0, unknown: 0 }),
    verdict: 'inconclusive',
    because: /has only 9 samples/,
    control: honestLedger,
  },
  {
    what: 'a ledger that could not read everything back',
    made: followed({
      verdict: 'inconclusive',
      reason: 'The target did not answer well enough to read everything back.',
      readBack: { afterRecovery: false, afterRestart: false },
    }),
    verdict: 'inconclusive',
    because: /read everything back/,
    control: honestLedger,
  },
  {
    what: 'a ledger that lost one write of a thousand',
    made: followed({ lost: 1, verdict: 'fail', reason: '1 lost, of 1150 acknowledged writes.' }),
    verdict: 'fail',
    because: /lost or harmed writes is 1 against 0/,
    control: honestLedger,
  },
  {
    what: 'a ledger whose verdict was changed to pass in the journal',
    made: followed({ lost: 1, verdict: 'fail', reason: '1 lost, of 1150 acknowledged writes.' }),
    tamper: edit('journal.ndjson', (line) =>
      line.includes('shakedown.ledger.checked') ? line.replace('"verdict":"fail"', '"verdict":"pass"') : line,
    ),
    verdict: 'inconclusive',
    because: /the evidence was changed/,
    control: honestLedger,
  },
];
