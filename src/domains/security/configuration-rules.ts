import { z } from 'zod';
import { secret } from '../../model/secret.ts';
import { risks } from './finding.ts';
import { accessChecks, postureChecks } from './posture/checks.ts';
import { tools } from './scans/result.ts';
import { scanParts } from './scans/settings.ts';
import { securityParts } from './settings.ts';

const text = z.string().min(1).max(500);
const path = z
  .string()
  .regex(/^\/[^\s]*$/, 'must begin with /')
  .max(500);
const request = z
  .string()
  .regex(/^(?:GET|POST|PUT|PATCH|DELETE) \/\S*$/, 'must be a method and a path, such as POST /login');
const day = z.iso.date();
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits, in lower case');
const checkIds = [...postureChecks, ...accessChecks].map(({ id }) => id) as [string, ...string[]];

const login = z.strictObject({
  page: path.nullable().default(null).describe('Page with the form, whose hidden fields are sent along.'),
  request: request.describe('The request that logs in.'),
  as: z.enum(['form', 'json']).default('form').describe('How the fields of a user are sent.'),
  token: text
    .nullable()
    .default(null)
    .describe('Where a JSON answer holds a bearer token, such as data.token; cookies alone when null.'),
  nextField: text
    .nullable()
    .default(null)
    .describe('Field that says where the login leads; foreign addresses are tried in it.'),
});

const sent = z.record(z.string(), z.string()).nullable().default(null);
const logout = z
  .strictObject({
    request: request.describe('The request.'),
    form: sent.describe('Fields that are sent as a form; {{token}} stands for the token of the login. None when null.'),
    json: sent.describe('The same, sent as JSON.'),
  })
  .refine(({ form, json }) => form === null || json === null, 'has form and json: one of them is sent')
  .refine(
    ({ request: asked, form, json }) => !asked.startsWith('GET ') || (form === null && json === null),
    'is a GET, which sends neither form nor json',
  );

const posture = z.strictObject({
  tlsAddress: z
    .url({ protocol: /^https$/ })
    .nullable()
    .default(null)
    .describe(
      "Address that ends TLS before the target; its host must be in target.allowHosts. The target's own when null.",
    ),
  pages: z.array(path).max(50).default([]).describe('Pages to look at beside those of the recording.'),
  protected: z.array(path).max(100).default([]).describe('Paths that need a login: they are asked for without one.'),
  redirects: z
    .array(z.string().regex(/^\/[^\s?]*\?[\w.-]+=?$/, 'must be a path and a parameter, such as /login?next='))
    .max(50)
    .default([])
    .describe('Parameters that may say where to go next, beside those of the recording.'),
  users: z
    .array(
      z.strictObject({
        name: text.describe('Name in the report.'),
        fields: secret('values', z.record(z.string(), z.string())).describe(
          'What is sent to log in; {{env.NAME}} stands for an environment variable.',
        ),
      }),
    )
    .max(2)
    .default([])
    .describe("Two users of a test system: the second one must not get the first one's data."),
  login: login.nullable().default(null).describe('How users log in.'),
  objectLogin: login
    .nullable()
    .default(null)
    .describe('How users log in for requests to objects, such as those of an API; as in login when null.'),
  logout: z
    .union([request, logout])
    .nullable()
    .default(null)
    .describe(
      'The request that logs out, alone or with what it sends; hidden fields of the first protected page are sent along with a form.',
    ),
  objects: z
    .array(
      z
        .strictObject({
          path: path.describe('Path of an object of the first user; {{id}} stands for its id.'),
          make: z
            .strictObject({
              request: request.describe('The request.'),
              json: z.record(z.string(), z.unknown()).default({}).describe('Its body.'),
            })
            .nullable()
            .default(null)
            .describe(
              'How the first user creates one. This changes the target: the object stays there, unless remove is set.',
            ),
          remove: request
            .nullable()
            .default(null)
            .describe(
              'How the first user removes what was made, such as DELETE /api/notes/{{id}}; it stays when null.',
            ),
          list: request.nullable().default(null).describe('Where the first user finds one.'),
          id: text.default('id').describe('Where that answer holds the id, such as orders.0.id.'),
        })
        .refine(
          ({ make, remove }) => remove === null || make !== null,
          'has remove without make: only what was made is removed',
        ),
    )
    .max(50)
    .default([])
    .describe('What one user has and no other may get.'),
  wrongLogins: z
    .int()
    .min(5)
    .max(200)
    .nullable()
    .default(null)
    .describe('Number of wrong passwords that are tried for the first user; none when null. It may lock the user.'),
  leaveOut: z
    .partialRecord(
      z.enum(checkIds),
      z.union(
        [
          text,
          z.strictObject({
            reason: text.describe('Why.'),
            owner: text.describe('Who is responsible for it.'),
            expires: day.describe('Last day on which it counts; waiverDays limits it.'),
          }),
        ],
        'must be a reason, or an object of reason, owner and expires (a day)',
      ),
    )
    .default({})
    .describe(
      `Checks that are left out, each with the reason, which the report shows: ${checkIds.join(', ')}. If all checks of a part are left out, it passes only if each has an owner and an expiry.`,
    ),
});

const control = z.strictObject({
  target: text.optional().describe('Folder with something planted, scanned by the same command. None when absent.'),
  file: text.optional().describe('Result for it, by the same scanner and database. The command makes it when absent.'),
  expects: text.describe('What has to be found in it: an id of a weakness or a rule.'),
});

const scan = z.strictObject({
  name: text.describe('Name in the report.'),
  part: z.enum(scanParts).describe('Part of the validation that it is evidence for.'),
  tool: z
    .enum(tools)
    .default('other')
    .describe('Scanner that made it. This decides its exit codes, and whether it needs a database.'),
  command: secret('arguments', z.array(z.string()).min(1))
    .optional()
    .describe(
      'Runs it: {{target}} stands for what is scanned, {{output}} for the file of its result; without {{output}} the result is what it prints (up to 1 MB). The result is in file when absent.',
    ),
  file: text.optional().describe('Its result, as SARIF 2.1.0 or its own JSON. The command makes it when absent.'),
  target: text.default('.').describe('What {{target}} stands for: a path, or the name of an image.'),
  timeoutMs: z.int().min(1000).max(7_200_000).default(600_000).describe('How long the command may take.'),
  exitCodes: z
    .array(z.int().min(0).max(255))
    .optional()
    .describe('Exit codes after which there is a result. Those of the tool when absent.'),
  control: control
    .optional()
    .describe('A target with a planted weakness. Without it a clean result is inconclusive. None when absent.'),
  sbom: text
    .optional()
    .describe('CycloneDX or SPDX (JSON) of what was scanned: how much there was, and its digest. None when absent.'),
  digest: digest.optional().describe('Digest that it is about. What the result or the sbom says when absent.'),
  databaseFile: text
    .optional()
    .describe('File of its database, whose time is its date. The date that the result says when absent.'),
  maxDatabaseAgeDays: z.number().min(0.04).max(365).default(7).describe('How old its database may be.'),
  previous: text
    .optional()
    .describe(
      'Result for the previous version, by the same scanner and database: what is new since is a regression. None when absent.',
    ),
});

const counts = z.int().min(0);

export const schemas = {
  security: z
    .strictObject({
      beforeLoad: z
        .boolean()
        .optional()
        .describe(
          'Whether simulate looks at the posture before its load begins. For the sample system true, else false when absent.',
        ),
      failAt: z.enum(risks).default('high').describe('Findings of this risk or above fail.'),
      waiverDays: z
        .int()
        .min(1)
        .max(365)
        .default(180)
        .describe('A waiver that lasts longer than this from the day of the run does not count.'),
      waivers: z
        .array(
          z.strictObject({
            part: z.enum(securityParts).describe('Part that has the finding.'),
            fingerprint: z
              .string()
              .regex(/^[0-9a-f]{16}$/, 'must be the 16 digits of the report')
              .describe('Fingerprint of the finding, from the report.'),
            owner: text.describe('Who accepts it.'),
            reason: z.string().min(10).max(1000).describe('Why.'),
            expires: day.describe('Last day on which it counts.'),
          }),
        )
        .max(1000)
        .default([])
        .describe('Findings that somebody accepts for a time. They are counted and shown.'),
      posture: posture
        .optional()
        .describe(
          'What is looked at from outside. For the sample system what it has, else as each key says when absent.',
        ),
      scans: z.array(scan).max(50).default([]).describe('Results of scanners.'),
      unscanned: z
        .array(
          z.strictObject({
            part: z.enum(scanParts).describe('Part that has no result for it.'),
            artifact: text.describe('Its name, as in candidate.artifacts or as the target says.'),
            reason: z.string().min(10).max(1000).describe('Why, for the report.'),
          }),
        )
        .max(100)
        .default([])
        .describe('Artifacts of the candidate that need no scan. Every other artifact needs a scan in each part.'),
      penetrationTest: z
        .strictObject({
          report: text.describe('The report. It is kept with the run, and not read.'),
          date: day.describe('Its last day.'),
          by: text.describe('Who tested.'),
          scope: text.describe('What was tested.'),
          digest: digest.describe('Digest of the candidate that was tested.'),
          maxAgeDays: z.int().min(1).max(1000).default(365).describe('How old it may be.'),
          open: z
            .strictObject({
              critical: counts.default(0).describe('Critical ones.'),
              high: counts.default(0).describe('High ones.'),
              medium: counts.default(0).describe('Medium ones.'),
              low: counts.default(0).describe('Low ones.'),
              info: counts.default(0).describe('Others.'),
            })
            .prefault({})
            .describe('Findings of it that are still open.'),
        })
        .optional()
        .describe('The report of people who tried to break in. None when absent.'),
    })
    .prefault({})
    .describe('How the target is secured: looked at from outside, and by results of scanners.'),
};

export type WrittenPosture = z.output<typeof posture>;
