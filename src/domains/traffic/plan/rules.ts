import { z } from 'zod';
import { secret } from '../../../model/secret.ts';

export const routeSchema = z
  .string()
  .min(1)
  .describe(
    'Method and route template, such as `POST /api/login`; `*` is every route, `GET /api/*` all that begin so.',
  );
const at = z
  .string()
  .min(1)
  .describe(
    'path: parameter of the route (`:id`) or number of the segment from 0; query, header, form: its name; json: a path such as `items.0.id`; body: a pattern with one group.',
  );
const place = z.enum(['path', 'query', 'header', 'form', 'json', 'body']).describe('Where in the request it is.');

function isPattern(text: string): boolean {
  try {
    return new RegExp(`${text}|`).exec('')?.length === 2;
  } catch {
    return false;
  }
}
const bodyPattern = (value: { in: string; at: string }) => value.in !== 'body' || isPattern(value.at);
const patternError = { error: '`at` for `in: body` must be a regular expression with one group', path: ['at'] };

const givenSchema = {
  from: z.enum(['json', 'header', 'html-input', 'regex']).describe('Where in the response the value is.'),
  expression: z
    .string()
    .min(1)
    .describe(
      'json: a path such as `items.0.id`; header: its name, or its name, a space and a pattern with one group; html-input: the name of the field; regex: a pattern with one group.',
    ),
};
const givenPattern = (rule: { from: string; expression: string }) =>
  rule.from !== 'regex' || isPattern(rule.expression);
const givenError = { error: 'must be a regular expression with one group', path: ['expression'] };

/** Where in a response a value is. */
export const givenValueSchema = z.strictObject(givenSchema).refine(givenPattern, givenError);

export const nameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,40}$/, 'must be letters and digits');

/** A value that a live response gives and later requests of the session carry, as configured. */
export const extractionRuleSchema = z
  .strictObject({
    route: routeSchema.describe('Route whose response gives the value.'),
    ...givenSchema,
    name: nameSchema.describe('Name of the value.'),
    use: z
      .strictObject({ route: routeSchema, in: place, at })
      .refine(bodyPattern, patternError)
      .describe('Where later requests of the session carry it.'),
  })
  .refine(givenPattern, givenError);

/** Values to put in place of recorded ones: accounts that exist at the target, for pseudonyms that do not. */
export const dataRuleSchema = z
  .strictObject({
    route: routeSchema,
    in: place,
    at,
    // Written by hand, they can be credentials of test accounts.
    value: secret(
      'value',
      z.union([
        z.strictObject({ list: z.array(z.string()).min(1).describe('The values themselves.') }),
        z.strictObject({
          from: z.string().min(1).describe('CSV file with a header line, or JSON: an array of objects, or one a line.'),
          column: z.string().min(1).describe('Column, or field, that holds the value.'),
        }),
        z.strictObject({
          template: z
            .string()
            .regex(/^[^{}]*\{\d{1,9}\.\.\d{1,9}\}[^{}]*$/, 'must hold one range, such as user{0001..2000}@shop.test')
            .describe('A value for each number of the range in it.'),
        }),
      ]),
    ).describe('What replaces the recorded values.'),
    per: z
      .enum(['session', 'request'])
      .optional()
      .describe(
        'How long a row is kept: one for the whole session, or another for each request. A session when absent.',
      ),
    group: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Rules of a group take the same row. The first rule of a group, and those with the same value, are its key: the same recorded text there always gives the same row. Those of the same file, or all without a file, when absent.',
      ),
  })
  .refine(bodyPattern, patternError);

export type ExtractionRule = z.output<typeof extractionRuleSchema>;
export type DataRule = z.output<typeof dataRuleSchema>;

/** @param pattern route of a rule; `*` at its end stands for any rest */
export function matchesRoute(pattern: string, method: string, route: string): boolean {
  const name = `${method} ${route}`;
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
