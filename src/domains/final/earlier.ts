import { earlierGate } from '../earlier-gate.ts';
import type { PartWork } from '../part.ts';
import type { ValidationContext } from '../validation.ts';
import type { EarlierGate } from './gates.ts';
import { makeMissing } from './missing-runs.ts';
import { isOwnRun } from './own-run.ts';

/** The verdict of the newest run of the same candidate that judged a gate; where none did and that is asked for, one is made. */
export function earlierRun(gate: EarlierGate, title: string): PartWork<ValidationContext> {
  return earlierGate({
    ...{ gate, title, remedy: '--comprehensive makes one.', isOfSystem: gate === 'monitoring' },
    isOwn: (results) => isOwnRun(gate, results),
    async make(context) {
      if (!context.config.final.comprehensive) return;
      context.phase('no run of this candidate has decided it: making one');
      await makeMissing(gate, context);
    },
  });
}
