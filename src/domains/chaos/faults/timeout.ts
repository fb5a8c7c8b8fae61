import { z } from 'zod';
import { toxicFault } from '../toxiproxy/toxic-fault.ts';

/** A longer one is not waited for: that nothing comes is enough. */
const longestWaitedMs = 2_000;
const silenceMs = 500;
const shareOff = 0.05;
const msOff = 25;

/** Nothing gets through any more; connections are closed some time later, or never. */
export const timeout = toxicFault({
  name: 'timeout',
  title: 'Nothing gets through a link',
  shape: {
    afterMs: z.int().min(0).max(600_000).default(0).describe('When connections are closed; 0: not at all.'),
  },
  type: 'timeout',
  attributes: ({ afterMs }) => ({ timeout: afterMs }),
  does: ({ afterMs }) => `swallows what is sent${afterMs === 0 ? '' : `, and closes after ${afterMs} ms`}`,
  measurement: {
    expected: ({ afterMs }) => (isWaitedFor(afterMs) ? `no answer, closed after ${afterMs} ms` : 'no answer'),
    talk: (talk, { dialect }, { afterMs }) =>
      talk.exchange(dialect.question, () => true, isWaitedFor(afterMs) ? afterMs * 2 + silenceMs : silenceMs),
    shows(one, _without, { afterMs }, isNew) {
      if (one.bytes > 0) return false;
      if (!isWaitedFor(afterMs)) return one.end === 'silent';
      if (one.end !== 'closed' && one.end !== 'reset') return false;
      // Of a connection from before, the time may have begun before it was used.
      const off = Math.max(msOff, shareOff * afterMs);
      return one.endMs <= afterMs + off + msOff && (!isNew || one.endMs >= afterMs - off);
    },
    words: (one) =>
      one.bytes > 0 ? `answered after ${Math.round(one.endMs)} ms` : `${one.end} after ${Math.round(one.endMs)} ms`,
  },
});

function isWaitedFor(afterMs: number): boolean {
  return afterMs > 0 && afterMs <= longestWaitedMs;
}
