import { z } from 'zod';
import { secret } from '../../../model/secret.ts';
import { givenValueSchema, nameSchema, routeSchema } from './rules.ts';

// Whoever wrote a password into the configuration must not find it in the evidence.
const texts = secret('values', z.record(z.string(), z.string()));
const placeholders =
  '`{{name}}` stands for a value that was taken, a column of `users`, or with `env.` before it an environment variable.';
const content = {
  form: texts.optional().describe(`Fields of a form. ${placeholders} None when absent.`),
  json: secret('values', z.record(z.string(), z.unknown()))
    .optional()
    .describe('A JSON object; placeholders in its texts as in `form`. None when absent.'),
};
const status = z.int().min(100).max(599);
const text = z.string().min(1);

const successSchema = z
  .strictObject({
    status: z
      .union([status, z.array(status).min(1)])
      .optional()
      .describe('Status, or statuses. Any below 400 when absent.'),
    location: text
      .optional()
      .describe('Path that a redirect leads to; `/account/*` is every one that begins so. Not looked at when absent.'),
    cookie: text.optional().describe('Name of a cookie that the answer sets. Not looked at when absent.'),
    text: text.optional().describe('Text that the body has. Not looked at when absent.'),
    noText: text.optional().describe('Text that the body does not have. Not looked at when absent.'),
    json: text
      .optional()
      .describe(
        'Path in a JSON body, such as `data.token`, whose value is there and neither false, null, 0 nor empty. Not looked at when absent.',
      ),
  })
  .refine((rule) => Object.keys(rule).length > 0, { error: 'must name at least one thing that shows success' });

/** How sessions log in, as configured. */
export const loginSchema = z.strictObject({
  users: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File of users: CSV with a header line, or JSON (an array of objects, or one a line). Each session gets one, all sessions of a client the same. All have the same credentials when absent.',
    ),
  requests: z
    .array(
      z.strictObject({
        request: z
          .string()
          .regex(/^[A-Z]+ (?:https?:\/\/|\/)\S*$/, 'must be a method and a path, such as POST /login')
          .describe(
            'Method and path, or an address on one of the targets. It may contain only values that were taken.',
          ),
        ...content,
        har: z
          .string()
          .min(1)
          .optional()
          .describe(
            'HAR file that has this request: its headers (except cookies and credentials) and its body, in which `form` or `json` replace fields of the same name. None when absent.',
          ),
        headers: texts.default({}).describe('Headers, which replace those of the session.'),
        take: z
          .record(nameSchema, givenValueSchema)
          .default({})
          .describe('Values to take from the answer, by name. Cookies are kept without it.'),
        success: successSchema
          .optional()
          .describe(
            'What shows that this request succeeded: all keys given must hold. With a status alone it has also failed if a redirect leads back to it or to an earlier page of the login, if the answer has a password field again or an error in its JSON, or if the whole login gave neither a cookie nor a value. These signs, and a status of 400 or above, when absent.',
          ),
      }),
    )
    .min(1)
    .max(20)
    .describe('Requests of a login, in their order; the last one is the one that logs in.'),
  headers: texts
    .default({})
    .describe('Headers of all later requests of the session, such as `authorization: Bearer {{token}}`.'),
  routes: z
    .array(routeSchema)
    .min(1)
    .default(['*'])
    .describe(
      'Which requests need a login: it is put before the first of them in a session that does not log in by itself.',
    ),
});

/** Bodies for requests that were recorded without theirs. */
export const bodySchema = z.union([
  z.strictObject({
    from: z.string().min(1).describe('HAR file, or OpenAPI 3 document (YAML or JSON), of the same application.'),
  }),
  z.strictObject({ route: routeSchema.describe('Which requests it is for.'), ...content }),
]);

export type LoginRules = z.output<typeof loginSchema>;
export type BodyRule = z.output<typeof bodySchema>;
