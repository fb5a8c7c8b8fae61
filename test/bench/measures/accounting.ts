import { type Account, type BenchContext, judged, type Measure, within } from '../measure.ts';
import { replay } from '../replay.ts';
import { startTarget, type TargetOrders } from '../target.ts';
import { burstyTrace } from '../trace.ts';

/** Whether every request of every trace is accounted for, also where the target or the generator cannot do what it should. */
export const accounting: Measure = {
  name: 'accounting',
  limitMinutes: 3,
  async run(context) {
    const durationMs = context.quick ? 4000 : 8000;
    // Ten virtual users at 200 ms an answer are 50 requests a second of the 2,000; most sessions are never taken.
    await strained(context, 'generator overloaded', durationMs, { serviceMs: 200 }, 10, 2000);
    await strained(context, 'target dies half-way', durationMs, { dieAfterMs: durationMs / 2 });
    const shares = context.accounts.map((account) => ({ ...account, share: shareOf(account) }));
    const furthest = shares.reduce((most, at) => (Math.abs(at.share - 1) > Math.abs(most.share - 1) ? at : most));
    const row = judged(
      '(completed + failed + unsent) ÷ requests in the trace',
      within(1, 1),
      furthest.share,
      furthest.share.toFixed(3),
      `furthest from 1 of ${shares.length} loads: ${shares.map(described).join('; ')}`,
    );
    return { rows: [{ ...row, goal: '1.000' }], raw: shares };
  },
};

async function strained(
  context: BenchContext,
  load: string,
  durationMs: number,
  orders: TargetOrders,
  virtualUsers?: number,
  requestsPerSecond = 300,
): Promise<void> {
  const target = await startTarget(orders);
  try {
    const trace = burstyTrace({ seed: 7, durationMs, requestsPerSecond, sigma: 0.8 });
    const fields = { requestTimeoutMs: 1000, ...(virtualUsers === undefined ? {} : { virtualUsers }) };
    await replay(context, target.url, trace, { load, fields });
  } finally {
    await target.stop();
  }
}

const shareOf = ({ completed, failed, unsent, trace }: Account) => (completed + failed + unsent) / trace;

function described({ load, trace, completed, failed, unsent, share }: Account & { share: number }): string {
  const parts = [`${completed} completed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (unsent > 0) parts.push(`${unsent} unsent`);
  return `${load} ${share.toFixed(3)} (${parts.join(', ')} of ${trace})`;
}
