import { z } from 'zod';
import { httpUrlSchema } from '../../model/address-schemas.ts';
import { ShakedownError } from '../../model/error.ts';
import { failureKinds, type ServiceSettings } from './settings.ts';

export const filePath = z.string().min(1).max(1000);
/** On the target. */
export const pathOnTarget = z
  .string()
  .max(1000)
  .regex(/^\/[^\s#]*$/, 'must be a path on the target, such as /openapi.json');

const status = z.int().min(100).max(599);

const degrades = z
  .strictObject({
    link: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The link of chaos.components through which the target reaches the service. Needed when port is absent.',
      ),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe(
        'For a stand-in: port of 127.0.0.1 at which the target expects it. It answers there during the test. Needed when link is absent.',
      ),
    slowMs: z.int().min(100).max(60_000).default(5000).describe('How late the service answers when it is slow.'),
    recoverS: z
      .int()
      .min(1)
      .max(600)
      .default(30)
      .describe('Seconds within which all is as usual again when the service is back.'),
    routes: z
      .array(
        z.strictObject({
          path: pathOnTarget.describe('On the target; asked for with GET and the headers of target.headers.'),
          usual: status.default(200).describe('Status while the service works.'),
          without: z
            .array(status)
            .min(1)
            .max(20)
            .default([200])
            .describe('Statuses that are right without the service.'),
          withinMs: z.int().min(1).max(120_000).default(3000).describe('Time within which the answer must come then.'),
          when: z
            .array(z.enum(failureKinds))
            .min(1)
            .default([...failureKinds])
            .describe('Ways of failing that this is declared for.'),
        }),
      )
      .min(1)
      .max(50)
      .describe('Routes that must go on, or may fail in a declared way.'),
  })
  .refine((one) => (one.link === undefined) !== (one.port === undefined), 'must have either link or port');

export const serviceSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[\w .-]{1,80}$/, 'must be 1 to 80 letters, digits, spaces, dots and dashes')
    .describe('Name in reports.'),
  kind: z
    .enum(['real', 'stand-in', 'other', 'cdn'])
    .describe(
      '`real`: it gets a few requests. `stand-in`: a recording of it answers. `other`: it speaks no HTTP, and only its failure is tried. `cdn`: an nginx on this machine stands in for it, in front of the target.',
    ),
  url: httpUrlSchema
    .optional()
    .describe('Address of a real service; not for a stand-in. Needed when recording is absent.'),
  recording: filePath
    .optional()
    .describe('For a stand-in: the folder that `shakedown services record` made. Needed when url is absent.'),
  probe: z
    .strictObject({
      path: pathOnTarget.default('/').describe('What is asked for, with GET.'),
      status: z.int().min(100).max(599).default(200).describe('Status that is expected.'),
      document: filePath.optional().describe('OpenAPI document that the answer is compared with; none when absent.'),
      headersEnv: z
        .record(z.string(), z.string().regex(/^\w+$/))
        .default({})
        .describe('Headers, each by the name of the environment variable that holds it.'),
    })
    .prefault({})
    .describe('One request that shows that it works and changes nothing.'),
  certificateDays: z.int().min(0).max(3650).default(14).describe('Days that its certificate must still be valid.'),
  latencyMs: z.int().min(1).max(600_000).default(1000).describe('Longest median time of its answers.'),
  quota: z
    .strictObject({
      header: z.string().min(1).max(100).describe('Header that says how much is left, such as x-ratelimit-remaining.'),
      atLeast: z.int().min(0).describe('What must be left.'),
    })
    .optional()
    .describe('How much it still allows; not looked at when absent.'),
  maxAgeDays: z.int().min(1).max(3650).default(90).describe('How old the recording of a stand-in may be.'),
  hitSharePoints: z
    .number()
    .min(0)
    .max(100)
    .default(10)
    .describe(
      'For a CDN: percentage points by which its share of answers from the cache may be below the recorded one.',
    ),
  degrades: degrades
    .optional()
    .describe(
      'What the target still does without it; this is tested; it is not tried, which is inconclusive, when absent.',
    ),
});

/**
 * @param i which of `all` it is
 * @param at makes a path absolute
 * @throws ShakedownError CONFIG_INVALID
 */
export function serviceSettings(
  one: z.output<typeof serviceSchema>,
  i: number,
  all: readonly { readonly name: string }[],
  at: (path: string) => string,
): ServiceSettings {
  const names = all.map(({ name }) => name);
  const where = `integration.services.${i}`;
  const { name, kind, url, recording, quota, probe, degrades, ...more } = one;
  if (names.indexOf(name) !== i)
    throw refused(`${where}: there are two services ${JSON.stringify(name)}`, 'Give each a name of its own.');
  if (kind === 'real' && (url === undefined || recording !== undefined))
    throw refused(`${where}: a real service needs a url, and no recording`, 'Correct it, or make it a stand-in.');
  if (kind === 'stand-in' && (recording === undefined || url !== undefined))
    throw refused(`${where}: a stand-in needs a recording, and no url`, 'Make one with `shakedown services record`.');
  if (kind === 'other' && (recording !== undefined || url !== undefined || degrades === undefined))
    throw refused(
      `${where}: a service that speaks no HTTP needs degrades, and neither url nor recording`,
      'Say in degrades what the target does without it.',
    );
  if (kind === 'cdn' && (recording !== undefined || url !== undefined || degrades !== undefined))
    throw refused(`${where}: a CDN has neither url, recording nor degrades`, 'Take them out.');
  if (degrades?.port !== undefined && kind !== 'stand-in')
    throw refused(`${where}.degrades: only a stand-in answers at a port`, 'Name a link of chaos.components.');
  return {
    ...{ ...more, name, kind, quota: quota ?? null, sample: null },
    degrades: degrades === undefined ? null : { ...degrades, link: degrades.link ?? null, port: degrades.port ?? null },
    url: url?.replace(/\/+$/, '') ?? null,
    recording: recording === undefined ? null : at(recording),
    probe: { ...probe, document: probe.document === undefined ? null : { kind: 'file', file: at(probe.document) } },
  };
}

/** What is wrong with the configuration, and what to do. */
export function refused(what: string, hint: string): ShakedownError {
  return new ShakedownError('CONFIG_INVALID', what, { hint });
}
