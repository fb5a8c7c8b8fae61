import { z } from 'zod';
import { toxicFault } from '../toxiproxy/toxic-fault.ts';

const shareOff = 0.05;
const msOff = 1;
const beyondMs = 3_000;

/** Connections stay open for some time after they were closed. */
export const slowClose = toxicFault({
  name: 'slow-close',
  title: 'Connections that close late on a link',
  shape: { delayMs: z.int().min(1).max(60_000) },
  type: 'slow_close',
  attributes: ({ delayMs }) => ({ delay: delayMs }),
  does: ({ delayMs }) => `closes connections ${delayMs} ms late`,
  measurement: {
    expected: ({ delayMs }) => `closed ${delayMs} ms later, ± ${Math.max(msOff, shareOff * delayMs)} ms`,
    takesMs: ({ delayMs }) => delayMs,
    talk: (talk, _how, { delayMs }) => talk.leave(delayMs + beyondMs),
    shows: (one, without, { delayMs }) =>
      one.end !== 'silent' && one.endMs - without.endMs >= delayMs - Math.max(msOff, shareOff * delayMs),
    words: (one, without) =>
      one.end === 'silent' ? 'not closed' : `${Math.round((one.endMs - without.endMs) * 10) / 10} ms later`,
    best: (exchanges) => exchanges.reduce((least, each) => (each.endMs < least.endMs ? each : least)),
    together(exchanges, without, { delayMs }) {
      const least = Math.min(...exchanges.map(({ endMs }) => endMs)) - without.endMs;
      const isNear = least <= delayMs + Math.max(msOff, shareOff * delayMs);
      return isNear ? null : `${Math.round(least * 10) / 10} ms later`;
    },
    compared: true,
    connections: 3,
    rounds: 4,
  },
});
