import { ShakedownError } from '../../../model/error.ts';
import type { Extraction, LoginSuccess } from '../../../model/plan.ts';
import type { Body, Header } from '../../../model/traffic.ts';
import { pathOf, readHar } from './body-sources.ts';
import { type Identity, takenName } from './identity.ts';
import { parseJson } from './json-leaves.ts';
import type { LoginRules } from './login-rules.ts';
import type { Targets } from './target.ts';

type StepRule = LoginRules['requests'][number];

/** A request of a login, ready to be put into any session. */
export interface Step {
  /** `POST /login` */
  name: string;
  method: string;
  target: number;
  prefix: string;
  /** Behind the prefix, with placeholders. */
  path: string;
  headers: Header[];
  body: Body | undefined;
  extract: Extraction[];
  success: LoginSuccess;
}

const where = 'replay.login';

export function filledHeaders(headers: Record<string, string>, identity: Identity): Header[] {
  return Object.entries(headers).map(([name, value]) => [name.toLowerCase(), identity.filled(value, where)]);
}

/** @throws ShakedownError PLAN_LOGIN, PLAN_DATA */
export async function readStep(rule: StepRule, identity: Identity, targets: Targets): Promise<Step> {
  const [method = '', address = ''] = rule.request.split(' ');
  const { target, prefix, path } = placeOf(address, targets);
  const har = rule.har === undefined ? undefined : await entryOf(rule.har, method, path);
  const body = bodyOf(rule, identity, where, har?.body);
  return {
    name: `${method} ${pathOf(path)}`,
    method,
    target,
    prefix,
    path: identity.filled(path, where, true),
    headers: [
      ...(har?.headers ?? []).filter(([name]) => !/^(?:authorization|cookie|content-length|host)$/.test(name)),
      ...filledHeaders(rule.headers, identity),
    ],
    body,
    extract: Object.entries(rule.take).map(([name, { from, expression }]) => ({
      name: takenName(name),
      from,
      expression: from === 'json' ? plainPath(expression) : expression,
    })),
    success: successOf(rule, prefix + path, body),
  };
}

/** Requests that ask for a page of the login send no credentials. */
const asksOnly = new Set(['GET', 'HEAD', 'OPTIONS']);

function successOf({ request, success = {} }: StepRule, path: string, body: Body | undefined): LoginSuccess {
  const { status = [], location, cookie, text, noText, json } = success;
  const rules = {
    ...(location === undefined ? {} : { location }),
    ...(cookie === undefined ? {} : { cookie }),
    ...(text === undefined ? {} : { text }),
    ...(noText === undefined ? {} : { noText }),
    ...(json === undefined ? {} : { json: plainPath(json) }),
  };
  const made = { ...rules, status: Array.isArray(status) ? status : [status] };
  if (Object.keys(rules).length > 0) return made;
  const sends = !asksOnly.has(request.split(' ', 1)[0] ?? '') && body !== undefined;
  const fields = sends ? fieldsOf(body) : [];
  return { ...made, signs: { pages: [pathOf(path)], fields: fields ?? [], any: fields === null, yields: false } };
}

/** Names of the fields of a body, in lower case; null where they cannot be read. */
function fieldsOf(body: Body): string[] | null {
  if (body.encoding !== 'utf8') return null;
  const names = new Set<string>();
  if (isJson(body)) {
    const value = parseJson(body.data);
    if (value === undefined) return null;
    JSON.stringify(value, (name, one) => {
      names.add(name.toLowerCase());
      return one;
    });
    names.delete('');
  } else if (/x-www-form-urlencoded/i.test(body.mime)) {
    for (const name of new URLSearchParams(body.data).keys()) names.add(name.toLowerCase());
  } else return null;
  return [...names];
}

/**
 * Steps know of each other what shows failure: a redirect from one back to a page before it, and a last one after which there is neither
 * a cookie nor anything that was taken.
 * @param givesNothing no value of any answer is taken, and no header goes with later requests
 */
export function relateSteps(steps: readonly Step[], givesNothing: boolean): void {
  for (const [i, { success }] of steps.entries()) {
    if (success.signs === undefined) continue;
    const before = steps.slice(0, i).filter(({ method }) => asksOnly.has(method));
    success.signs.pages = [
      ...new Set([...success.signs.pages, ...before.map(({ prefix, path }) => pathOf(prefix + path))]),
    ];
    success.signs.yields = givesNothing && i === steps.length - 1;
  }
}

/** `$.data.items[0].id` as `data.items.0.id`. */
function plainPath(expression: string): string {
  return expression
    .replace(/^\$\.?/, '')
    .replace(/\[["']?([\w-]+)["']?\]/g, '.$1')
    .replace(/^\./, '');
}

function placeOf(address: string, targets: Targets): { target: number; prefix: string; path: string } {
  if (address.startsWith('/')) {
    const base = targets.destination('');
    const { target, prefix } = typeof base === 'string' ? { target: 0, prefix: '' } : base;
    return { target, prefix, path: address };
  }
  const origin = /^https?:\/\/[^/?#]+/i.exec(address)?.[0] ?? '';
  const target = targets.origins.indexOf(URL.canParse(origin) ? new URL(origin).origin : '');
  if (target < 0) {
    throw new ShakedownError('PLAN_LOGIN', `${where}: ${origin} is none of the targets.`, {
      hint: 'Logins are sent to target.baseUrl and to what target.hosts maps to, and nowhere else.',
    });
  }
  return { target, prefix: '', path: address.slice(origin.length) || '/' };
}

async function entryOf(file: string, method: string, path: string) {
  const found = (await readHar(file)).find(
    (entry) => entry.method.toUpperCase() === method && pathOf(entry.target) === pathOf(path),
  );
  if (found !== undefined) return found;
  throw new ShakedownError('PLAN_DATA', `${file} has no request ${method} ${pathOf(path)}.`);
}

/** A body as configured, its fields over those of a recorded one. @param at for messages */
export function bodyOf(
  { form, json }: Pick<StepRule, 'form' | 'json'>,
  identity: Identity,
  at: string,
  recorded?: Body,
): Body | undefined {
  if (form !== undefined && json !== undefined) {
    throw new ShakedownError('PLAN_LOGIN', `${at}: a request has either form or json.`);
  }
  if (form !== undefined) {
    const fields = new URLSearchParams(recorded?.encoding === 'utf8' && !isJson(recorded) ? recorded.data : '');
    for (const [name, value] of Object.entries(form)) fields.set(name, identity.filled(value, at));
    return { mime: 'application/x-www-form-urlencoded', encoding: 'utf8', data: fields.toString() };
  }
  if (json !== undefined) {
    const before = recorded !== undefined && isJson(recorded) ? parseJson(recorded.data) : undefined;
    const data = JSON.stringify({ ...(before as object), ...(identity.filledJson(json, at) as object) });
    return { mime: 'application/json', encoding: 'utf8', data };
  }
  return recorded;
}

const isJson = ({ mime }: Body) => /\bjson\b/i.test(mime);
