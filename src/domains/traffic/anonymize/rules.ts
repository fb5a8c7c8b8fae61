import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
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

const action = z.string().transform((text, context): FieldAction => {
  if (text === 'keep' || text === 'pseudonym' || text === 'remove') return { do: text };
  if (text.startsWith('fixed:')) return { do: 'fixed', value: text.slice('fixed:'.length) };
  const type = pseudonymTypes.find((known) => text === `as:${known}`);
  if (type !== undefined) return { do: 'as', type };
  context.addIssue({
    code: 'custom',
    message: `unknown action; use keep, pseudonym, remove, fixed:<value> or as:<${pseudonymTypes.join('|')}>`,
  });
  return z.NEVER;
});

const schema = z.strictObject({
  /** A value seen from this many distinct clients at one place is vocabulary, and kept. */
  k: z.int().min(2).optional(),
  /** Paths of the application that stay, whoever asked for them: `/static/**`, `/catalog/*`. */
  paths: z.array(z.string().startsWith('/')).optional(),
  /** Names of fields, parameters, cookies and headers that stay, besides those that selectors of `rules` name. */
  names: z.array(z.string().min(1)).optional(),
  rules: z
    .array(
      z.strictObject({
        /** `GET /products/*`, `/products/**`; absent: every route. */
        route: z.string().min(1).optional(),
        /** Field selector (see docs of matchesSelector) to action. */
        fields: z.record(z.string().min(1), action),
      }),
    )
    .default([]),
});

export interface AnonymizeRules {
  /** Absent: 10. */
  k?: number | undefined;
  paths?: string[] | undefined;
  names?: string[] | undefined;
  rules: { route?: string | undefined; fields: Record<string, FieldAction> }[];
}

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
    text = await readFile(file, 'utf8');
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
