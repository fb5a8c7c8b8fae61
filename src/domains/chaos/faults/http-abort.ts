import { z } from 'zod';
import { type HttpDescription, httpFault } from '../http/http-fault.ts';
import { exampleOf, requestsSchema } from '../http/rule.ts';

const schema = z.strictObject({
  ...requestsSchema,
  /** Answered with this, or `reset`: the connection is cut. */
  answer: z.union([z.int().min(400).max(599), z.literal('reset')]).default(503),
});

const asked = 20;

const description: HttpDescription<z.infer<typeof schema>> = {
  name: 'http-abort',
  title: 'Requests aborted',
  schema,
  words: ({ answer }) => (answer === 'reset' ? 'cut off' : `answered with ${answer}`),
  rule: ({ method, route, share, answer }) => ({
    method,
    route,
    share,
    action: answer === 'reset' ? { kind: 'reset' } : { kind: 'status', status: answer },
  }),
  async measure(ask, { method, route, share, action }) {
    const wanted = action.kind === 'status' ? action.status : null;
    const count = Math.max(asked, Math.ceil(3 / share));
    const checks = [];
    for (const isNew of [false, true]) {
      let aborted = 0;
      for (let sent = 0; sent < count; sent++) {
        const { status } = await ask(isNew, exampleOf(route), method === '*' ? 'GET' : method);
        if (status === wanted) aborted++;
      }
      checks.push({
        what: `${wanted === null ? 'requests cut off' : `answers with ${wanted}`} on ${isNew ? 'new connections' : 'a kept connection'}`,
        expected: `${Math.round(count * share)} ± 1 of ${count}`,
        measured: `${aborted} of ${count}`,
        held: aborted > 0 && Math.abs(aborted - count * share) <= 1.001,
      });
    }
    return checks;
  },
};

/** Proof: requests of our own, answered by the fault's proxy, so that the target does not act on them. */
export const httpAbort = httpFault(description);
