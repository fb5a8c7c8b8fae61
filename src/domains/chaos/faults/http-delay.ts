import { z } from 'zod';
import { type HttpDescription, httpFault } from '../http/http-fault.ts';
import { probePath } from '../http/proxy.ts';
import { exampleOf, requestsSchema } from '../http/rule.ts';

const schema = z.strictObject({
  ...requestsSchema,
  delayMs: z.int().min(1).max(60_000),
});

const samples = 12;
/** Delayed requests of a round take about as long, so that a proof takes no more of the fault's time than it must. */
const longestMs = 1000;
const rounds = 3;

const description: HttpDescription<z.infer<typeof schema>> = {
  name: 'http-delay',
  title: 'Requests delayed',
  schema,
  words: ({ delayMs }) => `delayed by ${delayMs} ms`,
  rule: ({ method, route, share, delayMs }) => ({ method, route, share, action: { kind: 'delay', delayMs } }),
  takesMs: ({ delayMs }) => 2 * rounds * Math.max(3 * delayMs, longestMs + delayMs),
  async measure(ask, { method, route, share, action }) {
    const delayMs = action.kind === 'delay' ? action.delayMs : 0;
    const tolerance = Math.max(1, delayMs * 0.05);
    const checks = [];
    for (const isNew of [false, true]) {
      const [undelayed, slow]: [number[], number[]] = [[], []];
      const added = () => Math.min(...slow) - Math.min(...undelayed);
      const isNear = () => Math.abs(added() - delayMs) <= tolerance;
      // What else takes time only adds: the least of each is the truest, and on a busy machine it takes more tries to meet it.
      for (let round = 0; round < rounds && (round === 0 || !isNear()); round++) {
        for (let sent = 0; sent < samples; sent++) undelayed.push((await ask(isNew, probePath, 'GET')).ms);
        // The rule is applied evenly, so that so many of them are delayed.
        const wanted = Math.max(3, Math.min(samples, Math.ceil(longestMs / delayMs)));
        const times = [];
        for (let sent = 0; sent < Math.ceil(wanted / share); sent++) {
          times.push((await ask(isNew, exampleOf(route), method === '*' ? 'GET' : method)).ms);
        }
        slow.push(...times.sort((one, other) => other - one).slice(0, wanted));
      }
      const ms = added();
      checks.push({
        what: `delay on ${isNew ? 'new connections' : 'a kept connection'}`,
        expected: `${delayMs} ms ± ${Number(tolerance.toFixed(1))} ms`,
        measured: `${ms.toFixed(2)} ms`,
        held: isNear(),
      });
    }
    return checks;
  },
};

/** Proof: requests of our own, answered by the fault's proxy, against such as it does not delay. */
export const httpDelay = httpFault(description);
