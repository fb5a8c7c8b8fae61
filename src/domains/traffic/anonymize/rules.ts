import { parse } from 'yaml';
import { z } from 'zod';
import { readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';

export const pseudonymTypes = [
  'text',
  'integer',
  'email',
  'phone',
  'card',
  'iban',
  'date',
  'uuid',
  'token',
  'ip',
  'host',
  'url',
] as const;

export type PseudonymType = (typeof pseudonymTypes)[number];

export type FieldAction =
  | { do: 'keep' | 'pseudonym' | 'remove' }
  | { do: 'fixed'; value: string }
  | { do: 'as'; type: PseudonymType };

const actionForm = new RegExp(`^(?:keep|pseudonym|remove|fixed:.*|as:(?:${pseudonymTypes.join('|')}))$`, 's');

const action = z
  .string()
  .regex(actionForm, `unknown action; use keep, pseudonym, remove, fixed:<value> or as:<${pseudonymTypes.join('|')}>`)
  .describe(
    '`keep`: stays as it is. `pseudonym`: replaced, whoever sent it. `remove`: left out. `fixed:<value>`: this value. `as:<type>`: a pseudonym of that type.',
  )
  .transform((text): FieldAction => {
    if (text === 'keep' || text === 'pseudonym' || text === 'remove') return { do: text };
    if (text.startsWith('fixed:')) return { do: 'fixed', value: text.slice('fixed:'.length) };
    const type = pseudonymTypes.find((known) => text === `as:${known}`);
    return type === undefined ? { do: 'pseudonym' } : { do: 'as', type };
  });

const schema = z.strictObject({
  k: z
    .int()
    .min(2)
    .optional()
    .describe(
      'A value, a name or a segment of a path that at least so many different clients used is kept. 10 when absent.',
    ),
  paths: z
    .array(z.string().startsWith('/'))
    .optional()
    .describe('Paths of the application, without query, that stay whoever asked for them: `/static/**`, `/catalog/*`.'),
  names: z
    .array(z.string().min(1))
    .optional()
    .describe('Names of fields, parameters, cookies and headers that stay, besides those that selectors name.'),
  rules: z
    .array(
      z.strictObject({
        route: z
          .string()
          .min(1)
          .optional()
          .describe('Method and route, or a route: `GET /products/*`, `/products/**`. Every route when absent.'),
        fields: z
          .record(z.string().min(1), action)
          .describe(
            'Selectors of fields, such as `query.q`, `json.items[].sku`, `response.cookie.sid`, and what to do with each.',
          ),
      }),
    )
    .default([])
    .describe('The first rule that fits a field decides.'),
});

/** The JSON Schema of a rules file, for editors. */
export function rulesJsonSchema(): object {
  return { ...z.toJSONSchema(schema, { io: 'input' }), title: 'Rules of shakedown traffic anonymize' };
}

export interface AnonymizeRules {
  /** Absent: 10. */
  k?: number | undefined;
  paths?: string[] | undefined;
  names?: string[] | undefined;
  rules: { route?: string | undefined; fields: Record<string, FieldAction> }[];
}

const mostBytes = 16 * 1024 * 1024;

/**
 * Reads a rules file, YAML or JSON: `k`, and `rules`, each with a route glob and actions by field selector. The first rule that
 * fits a field decides.
 * @throws ShakedownError ANONYMIZE_RULES, naming file and place
 */
export async function loadRules(file: string): Promise<AnonymizeRules> {
  const unreadable = (cause: unknown, hint: string) => {
    const [first = ''] = (cause as Error).message.split('\n');
    return new ShakedownError('ANONYMIZE_RULES', `${file}: cannot be read: ${first}`, { hint, cause });
  };
  let text: string;
  try {
    text = (await readBounded(file, mostBytes)).toString('utf8');
  } catch (cause) {
    throw unreadable(cause, 'Name a file that is there and may be read.');
  }
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (cause) {
    throw unreadable(cause, 'It must be YAML or JSON.');
  }
  const parsed = schema.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ShakedownError(
    'ANONYMIZE_RULES',
    `${file}: ${issue?.path.join('.') || 'rules'}: ${issue?.message ?? 'not valid'}.`,
    {
      hint: 'A rule has `route` (a glob, optional) and `fields`, from a selector such as `json.user.name` to an action.',
    },
  );
}

/**
 * Finds the rule for a field. Selectors: `path.2` (second segment), `query.q`, `header.x-foo`, `cookie.sid`, `form.email`,
 * `json.user.name`, `json.items[].sku`; behind `request.` or `response.` they hold for that side only. In a selector `*` is
 * anything up to the next point and `**` anything; in a route, the same with slashes.
 */
export function findAction(
  rules: AnonymizeRules,
  method: string,
  route: string,
  selector: string,
): FieldAction | undefined {
  const bare = selector.replace(/^response\./, '');
  // Fields carry their side in their name only where it is the response.
  const sided = bare === selector ? `request.${bare}` : selector;
  for (const rule of rules.rules) {
    if (rule.route !== undefined && !matchesRoute(rule.route, method, route)) continue;
    for (const [pattern, chosen] of Object.entries(rule.fields)) {
      if (glob(pattern, sided, '.') || glob(pattern, bare, '.')) return chosen;
    }
  }
  return undefined;
}

function matchesRoute(pattern: string, method: string, route: string): boolean {
  const space = pattern.indexOf(' ');
  if (space < 0) return glob(pattern, route, '/');
  const wanted = pattern.slice(0, space);
  return (wanted === '*' || wanted.toUpperCase() === method) && glob(pattern.slice(space + 1).trim(), route, '/');
}

/** Whether a pattern of `paths` fits a path without query. */
export function matchesPath(pattern: string, pathname: string): boolean {
  return glob(pattern, pathname, '/');
}

/** Table of positions reached, so that no pattern takes longer than pattern × text. */
function glob(pattern: string, text: string, separator: string): boolean {
  let reached = new Uint8Array(text.length + 1);
  reached[0] = 1;
  for (let p = 0; p < pattern.length; p++) {
    const next = new Uint8Array(text.length + 1);
    if (pattern[p] === '*') {
      const any = pattern[p + 1] === '*';
      if (any) p++;
      for (let t = 0; t <= text.length; t++) {
        const fromBefore = t > 0 && next[t - 1] === 1 && (any || text[t - 1] !== separator);
        if (reached[t] === 1 || fromBefore) next[t] = 1;
      }
    } else {
      for (let t = 0; t < text.length; t++) if (reached[t] === 1 && text[t] === pattern[p]) next[t + 1] = 1;
    }
    reached = next;
  }
  return reached[text.length] === 1;
}
