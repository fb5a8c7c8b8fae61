import { validationWork } from '../../validation.ts';
import { moveOf, newestRehearsal, totalMs } from '../plan/newest-rehearsal.ts';
import { type Evidence, evidence } from './evidence.ts';
import { judge } from './judge.ts';
import { momentOf } from './local-time.ts';

/** The window of the deployment, and whether there is time enough in it to go back as well. */
export const schedule = validationWork<Evidence>({
  evidence,
  async run(context) {
    const { schedule: window, plan } = context.config.promotion;
    if (window === null) {
      context.record({ kind: 'none' });
      return;
    }
    const { timeZone, opens, closes, freezes } = window;
    const { run } = await newestRehearsal(context);
    const move = moveOf(run?.moves ?? [], plan.move);
    context.record({
      ...{ kind: 'window', askedAt: new Date().toISOString(), timeZone },
      opens: { written: opens, ...momentOf(opens, timeZone) },
      closes: { written: closes, ...momentOf(closes, timeZone) },
      freezes: freezes.map(({ name, from, to, timeZone: own = timeZone }) => ({
        ...{ name, timeZone: own, written: [from, to] },
        ...{ from: momentOf(from, own), to: momentOf(to, own) },
      })),
      deployMs: totalMs(move?.deploy ?? []),
      rollbackMs: totalMs(move?.rollback ?? []),
      measuredIn: run?.runId ?? null,
    });
  },
  judge,
});
