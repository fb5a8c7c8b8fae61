import { z } from 'zod';
import { toxicFault } from '../toxiproxy/toxic-fault.ts';

const beyondMs = 3_000;

/** Connections are torn down (RST) once data has come; those from before are cut off, which Toxiproxy does in good order (FIN). */
export const resetPeer = toxicFault({
  name: 'reset-peer',
  title: 'Connections reset on a link',
  shape: {
    afterMs: z
      .int()
      .min(0)
      .max(60_000)
      .default(0)
      .describe('Time after the first data. To take away a longer one, the connections of the link are cut.'),
  },
  type: 'reset_peer',
  cutsOff: true,
  attributes: ({ afterMs }) => ({ timeout: afterMs }),
  does: ({ afterMs }) => `resets connections ${afterMs} ms after the first data`,
  measurement: {
    expected: () => 'reset (of those open before: cut off), without an answer',
    takesMs: ({ afterMs }) => afterMs,
    talk: (talk, { dialect }, { afterMs }) => talk.exchange(dialect.question, () => true, afterMs + beyondMs),
    shows: (one, _without, { afterMs }, isNew) =>
      one.bytes === 0 && (one.end === 'reset' || (!isNew && one.end === 'closed')) && one.endMs >= afterMs * 0.95 - 1,
    words: (one) => `${one.end} after ${Math.round(one.endMs)} ms`,
  },
});
