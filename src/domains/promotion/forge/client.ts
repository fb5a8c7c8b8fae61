import type { z } from 'zod';
import { ShakedownError } from '../../../model/error.ts';
import { visible } from '../../../report-kit/text.ts';
import { type OutgoingAnswer, type OutgoingRequest, sendPatiently } from '../../outgoing.ts';

/** A forge's API over HTTP: GitHub's, GitLab's. */
export interface ForgeClient {
  /** `GitHub` */
  readonly name: string;
  /** One object. @throws ForgeRefused, ShakedownError FORGE_SILENT, FORGE_ANSWER */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** A list over all its pages. @throws the same */
  list<T>(path: string, schema: z.ZodType<T[]>): Promise<T[]>;
  /**
   * Writes something. It is not sent again where it may have arrived.
   * @param expected status of an answer that says that it was done: 202 is a promise, and not that
   * @throws the same
   */
  write<T>(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    expected: number,
    schema: z.ZodType<T>,
  ): Promise<T>;
}

export interface ForgeOptions {
  readonly name: string;
  readonly apiUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** Before a second try, ms. */
  readonly pauseMs?: number;
}

/** It answered, and refused. */
export class ForgeRefused extends ShakedownError {
  readonly status: number;

  constructor(status: number, message: string, hint: string) {
    super('FORGE_REFUSED', message, { hint });
    this.status = status;
  }
}

const pagesAtMost = 200;
const tries = 3;

export function forgeClient({
  name,
  apiUrl,
  headers,
  signal,
  timeoutMs = 20_000,
  pauseMs = 500,
}: ForgeOptions): ForgeClient {
  const base = apiUrl.replace(/\/+$/, '');
  const send = async (method: OutgoingRequest['method'], url: string, body?: unknown): Promise<OutgoingAnswer> => {
    const request = { method, url, headers, timeoutMs, signal, ...(body === undefined ? {} : { body }) };
    const sent = await sendPatiently(request, { tries, mayRepeat: method === 'GET', pauseMs });
    if (!('failed' in sent)) return sent;
    throw new ShakedownError('FORGE_SILENT', `${name} did not answer ${method} ${pathOf(url, base)}: ${sent.failed}.`, {
      hint: 'What was asked for may have been done. Promote again: what is there already is found, and not done twice.',
    });
  };
  const ask = async <T>(url: string, schema: z.ZodType<T>): Promise<{ data: T; headers: Headers }> => {
    const answer = await send('GET', url);
    if (answer.status !== 200) throw refusal(name, `GET ${pathOf(url, base)}`, answer);
    return { data: parsed(name, `GET ${pathOf(url, base)}`, answer, schema), headers: answer.headers };
  };
  return {
    name,
    get: async (path, schema) => (await ask(`${base}${path}`, schema)).data,
    async list(path, schema) {
      const all = [];
      let url: string | null = `${base}${path}${path.includes('?') ? '&' : '?'}per_page=100`;
      for (let page = 1; url !== null; page++) {
        if (page > pagesAtMost) throw odd(name, `GET ${path}`, `it has more than ${pagesAtMost} pages`);
        const { data, headers: of }: { data: z.output<typeof schema>; headers: Headers } = await ask(url, schema);
        all.push(...data);
        url = nextOf(of, base, name, path);
      }
      return all;
    },
    async write(method, path, body, expected, schema) {
      const answer = await send(method, `${base}${path}`, body);
      const what = `${method} ${path}`;
      if (answer.status === expected) return parsed(name, what, answer, schema);
      if (answer.status >= 200 && answer.status < 300)
        throw odd(name, what, `it answered ${answer.status}, which does not say that it was done${said(answer)}`);
      throw refusal(name, what, answer);
    },
  };
}

/** The page after this one; a list never goes on at another host, which would be given the token. */
function nextOf(headers: Headers, base: string, name: string, path: string): string | null {
  const next = /<([^>]+)>;[^,]*\brel="next"/.exec(headers.get('link') ?? '')?.[1];
  if (next === undefined) return null;
  const url = new URL(next, base);
  if (url.origin !== new URL(base).origin) throw odd(name, `GET ${path}`, 'its next page is on another host');
  return url.href;
}

function parsed<T>(name: string, what: string, { text, status }: OutgoingAnswer, schema: z.ZodType<T>): T {
  let data: unknown = null;
  try {
    if (text !== '') data = JSON.parse(text);
  } catch {
    throw odd(name, what, `it answered ${status} with something that is no JSON`);
  }
  const found = schema.safeParse(data);
  if (found.success) return found.data;
  const where = found.error.issues[0]?.path.join('.') ?? '';
  throw odd(name, what, `its answer is not what its documentation says${where === '' ? '' : ` (${where})`}`);
}

function odd(name: string, what: string, why: string): ShakedownError {
  return new ShakedownError('FORGE_ANSWER', `${name}, asked for ${what}: ${why}.`, {
    hint: 'Look at the address of the API, and whether something stands between.',
  });
}

function refusal(name: string, what: string, answer: OutgoingAnswer): ForgeRefused {
  const { status, headers } = answer;
  const needs = headers.get('x-accepted-github-permissions');
  const hints: Record<number, string> = {
    401: 'The token is wrong, or expired.',
    403:
      needs === null
        ? 'The token may not do that, or asked too often.'
        : `The token needs ${visible(needs).slice(0, 200)}.`,
    404: 'It is not there, or the token may not see it.',
    409: 'What it depends on is not as it must be.',
    422: 'What was sent is not as it must be.',
    429: 'It was asked too often: try again later.',
  };
  const moved = status >= 300 && status < 400 ? 'It has moved: name the repository as it is called now.' : undefined;
  const hint = moved ?? hints[status] ?? 'Try again later.';
  return new ForgeRefused(status, `${name} refused ${what} with ${status}${said(answer)}.`, hint);
}

/** What it says of itself: a few words, with nothing hidden in them. */
function said({ text }: OutgoingAnswer): string {
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown };
    const words =
      typeof message === 'string' ? message : typeof error === 'string' ? error : JSON.stringify(message ?? '');
    return words === '' || words === '""' ? '' : `: ${visible(words).slice(0, 200)}`;
  } catch {
    return '';
  }
}

function pathOf(url: string, base: string): string {
  return url.startsWith(base) ? (url.slice(base.length).split('?')[0] ?? '') : '';
}
