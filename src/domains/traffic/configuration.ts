import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ShakedownError } from '../../model/error.ts';
import type { PlanOptions } from '../../model/plan.ts';
import type { Configuration } from '../configuration.ts';
import { type BodyRule, bodySchema, type LoginRules, loginSchema } from './plan/login-rules.ts';
import { type DataRule, dataRuleSchema, type ExtractionRule, extractionRuleSchema } from './plan/rules.ts';
import { type TagSource, tagSourceSchema } from './plan/tags.ts';
import { profileSchema, rateShape } from './profile.ts';

/** The recording that comes with Shakedown: traffic of the sample system, made by a program, so free of personal data. */
const bundledRecording = fileURLToPath(new URL('../../../load/traffic/sample-shop', import.meta.url));
/** Where `shakedown init` lets `shakedown traffic anonymize` write. */
const usualRecording = 'load/traffic/production';

const path = z.string().min(1);

const schemas = {
  traffic: z
    .strictObject({
      recording: path.describe('Folder of a recording made by `shakedown traffic import` and `… anonymize`.'),
      declaredOwn: z.boolean().default(false).describe('You may use this recording as it is, without a leak scan.'),
      tags: z
        .record(z.string().regex(/^[\w.-]{1,64}$/, 'must be letters, digits, `_`, `.` and `-`'), tagSourceSchema)
        .default({})
        .describe(
          'By name of the tag: where a request has its value, for the `tag` and `tenant` of objectives. That is a header, a cookie, a query parameter, or a part of the path.',
        ),
    })
    .optional()
    .describe('What is replayed; the recording of the sample system, if that is the target, when absent.'),
  profile: z
    .union([path, profileSchema])
    .prefault({})
    .describe('How the plan differs from the recording: a file of load/profiles/, or a profile inline.'),
  replay: z
    .strictObject({
      writes: z
        .enum(['safe', 'recorded'])
        .optional()
        .describe(
          'safe: only GET, HEAD and OPTIONS are sent; recorded: also methods that write. Recorded for the sample system, else safe, when absent.',
        ),
      extraction: z.array(extractionRuleSchema).default([]).describe('Values to take from live responses.'),
      data: z.array(dataRuleSchema).default([]).describe('Values to put in place of recorded ones.'),
      bodies: z
        .array(bodySchema)
        .default([])
        .describe(
          'Bodies for requests that were recorded without one, as in an access log; the first source that knows a request gives its body.',
        ),
      login: loginSchema
        .optional()
        .describe(
          'How sessions log in, where the recording has no credentials: see docs/logins-and-writes.md. They do not when absent.',
        ),
    })
    .prefault({})
    .describe('How recorded requests become requests to the target.'),
};

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    /** `tags`: where they are read from, by name. */
    traffic: { recording: string; declaredOwn: boolean; tags: Record<string, TagSource> };
    /** The load profile with command-line options over it; the plan's options but for the run's duration. */
    load: Omit<PlanOptions, 'durationMs'>;
    /** Files are absolute. */
    replay: { extraction: ExtractionRule[]; data: DataRule[]; bodies: BodyRule[]; login?: LoginRules };
  }
}

function withFiles(login: LoginRules, at: (file: string) => string): LoginRules {
  return {
    ...login,
    ...(login.users === undefined ? {} : { users: at(login.users) }),
    requests: login.requests.map((one) => (one.har === undefined ? one : { ...one, har: at(one.har) })),
  };
}

export const configuration: Configuration<typeof schemas> = {
  schemas,
  files: { profile: profileSchema },
  examples: [
    {
      traffic: {
        recording: 'load/traffic/production',
        declaredOwn: false,
        tags: {
          tenant: { header: 'x-tenant' },
          plan: { cookie: 'plan' },
          region: { query: 'region' },
          shop: { path: 1 },
        },
      },
      profile: {
        mode: 'loop',
        ratePerSecond: 500,
        scale: 1,
        speed: 1,
        shape: [
          [0, 0.5],
          [0.5, 2],
          [1, 0.5],
        ],
        seed: 1,
        writes: 'safe',
        waits: 'recorded',
      },
      replay: {
        writes: 'safe',
        extraction: [
          {
            route: 'POST /api/login',
            from: 'json',
            expression: 'token',
            name: 'session',
            use: { route: 'GET /api/*', in: 'header', at: 'authorization' },
          },
        ],
        data: [
          {
            route: 'POST /api/login',
            in: 'json',
            at: 'email',
            value: { from: 'accounts.csv', column: 'email' },
            group: 'account',
          },
          { route: 'GET /search', in: 'query', at: 'q', value: { list: ['tea', 'coffee'] } },
          {
            route: 'POST /register',
            in: 'form',
            at: 'email',
            value: { template: 'user{0001..2000}@shop.test' },
            per: 'request',
          },
        ],
        bodies: [
          { from: 'app.har' },
          { from: 'openapi.yaml' },
          { route: 'POST /comments', form: { text: 'Hello', _csrf: '{{csrf}}' } },
          { route: 'PUT /api/profile', json: { email: '{{email}}' } },
        ],
        login: {
          users: 'users.csv',
          requests: [
            { request: 'GET /login', take: { csrf: { from: 'html-input', expression: '_csrf' } } },
            {
              request: 'POST /login',
              form: { email: '{{email}}', password: '{{env.TEST_PASSWORD}}', _csrf: '{{csrf}}' },
              success: { status: 302, location: '/account*', cookie: 'sid', noText: 'Wrong password' },
            },
            {
              request: 'POST /api/token',
              har: 'login.har',
              json: { email: '{{email}}', password: '{{env.TEST_PASSWORD}}' },
              headers: { accept: 'application/json' },
              take: { token: { from: 'json', expression: 'token' } },
              success: { status: [200, 201], json: 'token', text: 'token' },
            },
          ],
          headers: { authorization: 'Bearer {{token}}' },
          routes: ['*'],
        },
      },
    },
  ],
  resolve({ traffic, profile: given, replay }, { at, isSample, replays }) {
    if (traffic === undefined && !isSample && replays) {
      throw new ShakedownError(
        'CONFIG_INVALID',
        'traffic.recording: missing: a system of your own needs traffic of its own',
        {
          hint: 'Make a recording with `shakedown traffic import`, then `shakedown traffic anonymize`, and name its folder.',
        },
      );
    }
    // A file that it names has been read: see `files`.
    const profile = profileSchema.parse(given);
    // The sample system's data is thrown away afterwards; a system of the user's is written to only when asked.
    const writes = replay.writes ?? (isSample ? 'recorded' : 'safe');
    if (profile.writes === 'recorded' && writes === 'safe') {
      throw new ShakedownError(
        'CONFIG_INVALID',
        'profile.writes: recorded, but the configuration allows safe methods only',
        {
          hint: "Set replay.writes: 'recorded' where the target may be written to.",
        },
      );
    }
    return {
      traffic: {
        recording: traffic ? at(traffic.recording) : isSample ? bundledRecording : at(usualRecording),
        declaredOwn: traffic?.declaredOwn ?? false,
        tags: traffic?.tags ?? {},
      },
      load: {
        mode: profile.mode,
        ...(profile.ratePerSecond === undefined ? {} : { ratePerSecond: profile.ratePerSecond }),
        scale: profile.scale,
        speed: profile.speed,
        shape: rateShape(profile.shape),
        seed: profile.seed,
        writes: profile.writes ?? writes,
        ...(profile.waits === 'recorded' ? {} : { waits: profile.waits }),
      },
      replay: {
        extraction: replay.extraction,
        data: replay.data.map((rule) =>
          'from' in rule.value ? { ...rule, value: { ...rule.value, from: at(rule.value.from) } } : rule,
        ),
        bodies: replay.bodies.map((rule) => ('from' in rule ? { from: at(rule.from) } : rule)),
        ...(replay.login === undefined ? {} : { login: withFiles(replay.login, at) }),
      },
    };
  },
};
