import { z } from 'zod';
import { secret } from '../../model/secret.ts';
import { configurationRules } from './configuration/configuration-rules.ts';
import { migrationRules } from './database/migration-rules.ts';
import { flagRules } from './flags/flag-rules.ts';
import { recoveryRules } from './recovery/recovery-rules.ts';
import type { ResolvedRehearsal, SlowRequest } from './settings.ts';

const milliseconds = z.number().min(0).max(86_400_000);

const request = {
  method: z
    .string()
    .regex(/^[A-Z]+$/)
    .default('GET')
    .describe('Its method.'),
  path: z.string().startsWith('/').describe('Path and query.'),
  headers: secret('values', z.record(z.string(), z.string()).default({})).describe('Sent with it.'),
  body: secret('value', z.string()).optional().describe('Its body; none when absent.'),
};
const slow = z.strictObject(request);

/** How moves of a deployment are rehearsed. */
export const rehearsal = z
  .strictObject({
    previousVersion: z
      .string()
      .min(1)
      .optional()
      .describe('The version that the candidate replaces; the one that staging runs, or baselineVersion, when absent.'),
    ratePerSecond: z
      .number()
      .positive()
      .max(5000)
      .default(100)
      .describe('Requests of the recording per second while traffic is moved, sent without waiting for answers.'),
    smokeTests: z
      .boolean()
      .default(true)
      .describe(
        'Whether the suites of kind smoke of functional.suites are run on the candidate, at its own address, before it gets traffic. A candidate that fails them gets none.',
      ),
    kinds: z
      .strictObject({
        slowGet: z
          .strictObject({ path: request.path, headers: request.headers })
          .optional()
          .describe('A GET that takes a second or more; not tried when absent.'),
        upload: slow.optional().describe('A request whose body is sent slowly; not tried when absent.'),
        post: slow.optional().describe('A write that takes a second or more; not tried when absent.'),
        http2: z
          .strictObject({ path: request.path, headers: request.headers })
          .optional()
          .describe('A GET that takes a second or more, sent as a stream of HTTP/2; not tried when absent.'),
        webSocket: z
          .strictObject({
            path: request.path,
            headers: request.headers,
            message: secret('value', z.string())
              .optional()
              .describe('Sent five times a second, and answered each time; nothing is sent when absent.'),
          })
          .optional()
          .describe('A WebSocket that is open while traffic is moved; not tried when absent.'),
        login: z
          .strictObject({
            ...request,
            tokenAt: z.string().describe('Where its answer has a bearer token, such as token or data.token.'),
          })
          .optional()
          .describe('Sent first; its token is sent with the other requests. None when absent.'),
      })
      .optional()
      .describe(
        'Requests that are under way while traffic is moved; on the sample system all kinds, on yours none, when absent.',
      ),
    blueGreen: z
      .strictObject({
        switches: z.int().min(1).max(100).default(2).describe('Moves to the candidate; each is followed by one back.'),
        settleMs: milliseconds.default(5000).describe('Load before the first move.'),
        observeMs: milliseconds.default(6000).describe('How long a version is watched after each move.'),
        inFlight: z
          .int()
          .min(1)
          .max(500)
          .default(24)
          .describe('Requests of each kind that are under way at each move; fewer than 20 show nothing.'),
        uploadMs: milliseconds.default(2000).describe('How long the body of an upload takes.'),
        rollbackMs: milliseconds
          .default(5000)
          .describe(
            'How long a rollback may take, from the decision until the candidate answers no client any more, except for requests that were under way.',
          ),
        failedPercent: z
          .number()
          .min(0)
          .max(100)
          .default(0)
          .describe('Share of requests that may fail before traffic goes back at once.'),
        slowdownPercent: z
          .number()
          .min(0)
          .default(100)
          .describe(
            'Traffic goes back at once when the candidate is slower than the version before by more than this, beyond doubt.',
          ),
        memoryMbPerMinute: z
          .number()
          .positive()
          .default(120)
          .describe(
            'Traffic goes back at once when the memory of an instance grows by so much more than that of the version before.',
          ),
      })
      .prefault({})
      .describe('The blue-green rehearsal.'),
    canary: z
      .strictObject({
        steps: z
          .array(z.number().positive().max(100))
          .min(1)
          .max(20)
          .default([5, 25, 50, 100])
          .describe('Percent of the traffic that the candidate gets, step by step.'),
        stepMs: milliseconds.default(25_000).describe('How long a step lasts, at the least.'),
        minimumRequests: z
          .int()
          .min(1)
          .default(60)
          .describe('Requests that the candidate must answer in a step before it is promoted.'),
        deadlineMs: milliseconds.default(90_000).describe('A step that shows too little for so long is rolled back.'),
        slowdownPercent: z
          .number()
          .min(0)
          .default(10)
          .describe('The candidate is rolled back when it is slower by more than this, beyond doubt.'),
        failedPoints: z
          .number()
          .min(0)
          .default(0.1)
          .describe('The candidate is rolled back when so many percentage points more of its requests fail.'),
        memoryMbPerMinute: z
          .number()
          .positive()
          .default(60)
          .describe('The candidate is rolled back when its memory grows by so much more than that of the control.'),
      })
      .prefault({})
      .describe('The canary rehearsal.'),
    migration: migrationRules,
    recovery: recoveryRules,
    configuration: configurationRules,
    flags: flagRules,
  })
  .prefault({})
  .describe('How moves of a deployment are rehearsed.');

type Kinds = ResolvedRehearsal['kinds'];
type WrittenKinds = NonNullable<z.output<typeof rehearsal>['kinds']>;

/** Nothing but connections that are idle. */
export const noKinds: Kinds = { slowGet: null, upload: null, post: null, http2: null, webSocket: null, login: null };
const json = { 'content-type': 'application/json' };

/** What of the sample shop takes long enough. */
export const sampleKinds: Kinds = {
  slowGet: { method: 'GET', path: '/api/warehouse', headers: {}, body: null },
  upload: { method: 'POST', path: '/api/basket', headers: json, body: '{"productId": 7, "quantity": 1}' },
  post: { method: 'POST', path: '/api/orders/confirmed', headers: json, body: '{"productId": 7}' },
  http2: { method: 'GET', path: '/api/warehouse', headers: {}, body: null },
  webSocket: { path: '/api/orders/live', headers: {}, message: 'latest' },
  login: {
    ...{ method: 'POST', path: '/api/login', headers: json },
    body: '{"email": "user0001@shop.test", "password": "ahoy-shipmate"}',
    tokenAt: 'token',
  },
};

/** As written. */
export function kindsOf({ slowGet, upload, post, http2, webSocket, login }: WrittenKinds): Kinds {
  const whole = (one: z.output<typeof slow> | undefined): SlowRequest | null =>
    one === undefined ? null : { ...one, body: one.body ?? null };
  return {
    slowGet: slowGet === undefined ? null : { ...slowGet, method: 'GET', body: null },
    http2: http2 === undefined ? null : { ...http2, method: 'GET', body: null },
    webSocket: webSocket === undefined ? null : { ...webSocket, message: webSocket.message ?? null },
    upload: whole(upload),
    post: whole(post),
    login: login === undefined ? null : { ...login, body: login.body ?? null },
  };
}
