import { z } from 'zod';

const text = z.string();
const moment = z.number();

const proof = z.object({
  seen: z.boolean(),
  checks: z.array(z.object({ what: text, expected: text, measured: text, held: z.boolean() })),
});

const fault = z
  .object({
    id: text,
    experiment: text,
    fault: text,
    title: text,
    layer: text,
    component: text,
    touches: z.array(text),
    announcedMs: moment,
  })
  .loose();

const check = z.object({ phase: text, atMs: moment, met: z.boolean(), deviating: text.nullable() });

/** What the fold reads of the events of chaos. */
export const chaosEvents = {
  'shakedown.experiment.started': z.object({ atMs: moment, title: text, file: text }).loose(),
  'shakedown.hypothesis.checked': z.object({ experiment: text, check }),
  'shakedown.fault.announced': z.object({ fault }),
  'shakedown.fault.injected': z.object({ id: text, atMs: moment }),
  'shakedown.fault.proved': z.object({ id: text, proof }),
  'shakedown.fault.ended': z.object({ id: text, atMs: moment, by: text.nullable(), error: text.nullable() }),
  'shakedown.experiment.ended': z.object({
    experiment: z
      .object({
        title: text,
        file: text,
        stretch: z.object({ fromMs: moment, toMs: moment }),
        status: z.enum(['completed', 'failed', 'aborted', 'interrupted']),
        deviated: z.boolean(),
        verdict: z.enum(['pass', 'fail', 'inconclusive']),
        reason: text,
      })
      .loose(),
  }),
  'shakedown.ledger.checked': z.object({
    ledger: z
      .object({
        subject: text,
        writes: moment,
        acknowledged: moment,
        lost: moment,
        duplicated: moment,
        corrupted: moment,
      })
      .loose(),
  }),
} as const;
