import { z } from 'zod';
import { secret } from '../../model/secret.ts';
import type { Configuration } from '../configuration.ts';
import { addressProblem, type SecretPlace } from '../outgoing.ts';

const variable = z.string().regex(/^\w{1,200}$/, 'must be the name of an environment variable');
const file = z.string().min(1).max(1000);
const kinds = ['started', 'gate-failed', 'aborted', 'finished'] as const;

const shared = {
  events: z
    .array(z.enum(kinds))
    .min(1)
    .default(['gate-failed', 'aborted', 'finished'])
    .describe(
      'What it is notified of. When a run ends it gets one message: that it was aborted, which gates failed, or how it ended.',
    ),
  quiet: z.boolean().default(true).describe('Whether a run that passed is left out.'),
  repeatHours: z
    .number()
    .min(0)
    .max(8760)
    .default(12)
    .describe('For so many hours the same failed gates of the same candidate are not reported again.'),
};

const address = {
  urlEnv: variable.optional().describe('Environment variable with the address; none when absent.'),
  urlFile: file.optional().describe('File with the address, in place of a variable; none when absent.'),
};

const mail = secret(
  'value',
  z
    .string()
    .min(3)
    .max(320)
    .regex(/^[^\r\n<>]*@[^\r\n<>]+$/, 'must be an e-mail address'),
);

const receiver = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('slack').describe('An incoming webhook of Slack.'), ...address, ...shared }),
  z.strictObject({
    kind: z.literal('pagerduty').describe('Events API v2: an alert a gate, resolved when the gate passes again.'),
    keyEnv: variable.optional().describe('Environment variable with the integration key; none when absent.'),
    keyFile: file.optional().describe('File with the integration key, in place of a variable; none when absent.'),
    apiUrl: z
      .string()
      .max(500)
      .regex(/^[^@?#]*$/, 'may hold no user, no password and no query')
      .refine((text) => addressProblem(text) === null, 'must be an https:// address')
      .default('https://events.pagerduty.com/v2/enqueue')
      .describe('Where events go.'),
    ...shared,
  }),
  z.strictObject({
    kind: z.literal('email').describe('A mail through an SMTP server.'),
    ...address,
    from: mail.describe('Who it is from.'),
    to: z.array(mail).min(1).max(50).describe('Who gets it.'),
    ...shared,
  }),
  z.strictObject({
    kind: z.literal('webhook').describe('Any receiver of JSON.'),
    ...address,
    secretEnv: variable.optional().describe('Environment variable with the key that signs it; none when absent.'),
    secretFile: file.optional().describe('File with that key, in place of a variable; none when absent.'),
    ...shared,
  }),
]);

const schemas = {
  notifications: z
    .strictObject({ receivers: z.array(receiver).max(20).default([]).describe('Who is notified of runs.') })
    .prefault({})
    .describe(
      'Who is notified that a run began, that gates failed, and how it ended. Addresses and keys are secrets, so they are in environment variables or files.',
    ),
};

type Written = z.output<typeof receiver>;
type NoticeKind = (typeof kinds)[number];

/** Where a receiver is, and what it hears of. */
export interface Receiver {
  readonly kind: Written['kind'];
  readonly events: readonly NoticeKind[];
  readonly quiet: boolean;
  readonly repeatMs: number;
  /** Of the address, or of PagerDuty's key. */
  readonly secret: SecretPlace;
  /** What a webhook is signed with; null: nothing. */
  readonly signing: SecretPlace | null;
  /** PagerDuty's; null: the secret is the address. */
  readonly apiUrl: string | null;
  /** Of mail; null and empty: it goes another way. The keys are those of the configuration, so that journals do not show them. */
  readonly from: string | null;
  readonly to: readonly string[];
}

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    notifications: { receivers: Receiver[] };
  }
}

const hours = 3_600_000;

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      notifications: {
        receivers: [
          {
            kind: 'slack',
            urlEnv: 'SLACK_WEBHOOK',
            urlFile: '/run/secrets/slack',
            events: ['started', 'gate-failed', 'aborted', 'finished'],
            quiet: false,
            repeatHours: 24,
          },
          {
            kind: 'pagerduty',
            keyEnv: 'PAGERDUTY_KEY',
            keyFile: '/run/secrets/pagerduty',
            apiUrl: 'https://events.eu.pagerduty.com/v2/enqueue',
            events: ['gate-failed', 'aborted'],
            quiet: true,
            repeatHours: 12,
          },
          {
            kind: 'email',
            urlEnv: 'SMTP_URL',
            urlFile: '/run/secrets/smtp',
            from: 'shakedown@example.com',
            to: ['releases@example.com'],
            events: ['finished'],
            quiet: false,
            repeatHours: 12,
          },
          {
            kind: 'webhook',
            urlEnv: 'RUNS_WEBHOOK',
            urlFile: '/run/secrets/runs',
            secretEnv: 'RUNS_WEBHOOK_KEY',
            secretFile: '/run/secrets/runs-key',
            events: ['finished'],
            quiet: false,
            repeatHours: 0,
          },
        ],
      },
    },
  ],
  resolve: ({ notifications: { receivers } }, { at }) => ({
    notifications: {
      receivers: receivers.map((one) => {
        const place = (env: string | undefined, path: string | undefined): SecretPlace => ({
          env: env ?? null,
          file: path === undefined ? null : at(path),
        });
        const isSigned = one.kind === 'webhook' && (one.secretEnv !== undefined || one.secretFile !== undefined);
        return {
          ...{ kind: one.kind, events: one.events, quiet: one.quiet, repeatMs: one.repeatHours * hours },
          secret: one.kind === 'pagerduty' ? place(one.keyEnv, one.keyFile) : place(one.urlEnv, one.urlFile),
          signing: isSigned ? place(one.secretEnv, one.secretFile) : null,
          apiUrl: one.kind === 'pagerduty' ? one.apiUrl : null,
          ...(one.kind === 'email' ? { from: one.from, to: one.to } : { from: null, to: [] }),
        };
      }),
    },
  }),
};
