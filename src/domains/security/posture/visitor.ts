import type { Finding } from '../finding.ts';
import type { Answer } from './answer.ts';
import type { Asker, Question } from './ask.ts';
import { parseSetCookie } from './cookies.ts';
import type { PostureUser, ResolvedPosture } from './settings.ts';

/** Somebody's cookies and token. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  token: string | null = null;
  /** All that it was given. */
  readonly answers: Answer[] = [];
  readonly #asker: Asker;
  constructor(asker: Asker) {
    this.#asker = asker;
  }
  /** As a browser does: it sends what it was given. */
  async ask(path: string, question: Question = {}): Promise<Answer> {
    const answer = await this.#asker.ask(path, {
      ...question,
      headers: { ...question.headers, ...this.credentials() },
      isConfidential: true,
    });
    this.answers.push(answer);
    for (const text of answer.headers.get('set-cookie') ?? []) {
      const cookie = parseSetCookie(text);
      if (cookie === null) continue;
      if (cookie.isEnd) this.cookies.delete(cookie.name);
      else this.cookies.set(cookie.name, cookie.value);
    }
    return answer;
  }
  credentials(): Record<string, string> {
    return {
      ...(this.cookies.size > 0
        ? { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
        : {}),
      ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
    };
  }
}

/** A page that was meant for somebody: not a redirect to a login, nor a refusal. */
export function isServed({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

export const anyPathWords = 'answered as a path that is not there is, which shows nothing of what is behind it';

/**
 * Whether it is what any path is answered with, as by applications of one page, whose data comes from elsewhere: then it shows nothing of this path.
 * @param control the answer to a path that is not there
 */
export function isForAnyPath(answer: Answer, control: Answer): boolean {
  const plain = ({ body }: Answer) => body.replace(/\bnonce\s*=\s*(?:"[^"]*"|'[^']*')/gi, '');
  return isServed(control) && plain(answer) === plain(control);
}

/** Logs somebody in. @returns why it did not work, in a few words without anything that was sent; null: it did */
export async function logIn(
  visitor: Visitor,
  user: PostureUser,
  login: NonNullable<ResolvedPosture['login']>,
): Promise<string | null> {
  const [method = 'POST', path = '/'] = login.request.split(' ');
  const hidden = login.page === null ? {} : hiddenFields(await visitor.ask(login.page));
  const answer = await visitor.ask(path, { method, ...contentOf(login.as, { ...hidden, ...user.fields }) });
  if (answer.status === 0) return `no answer: ${answer.problem}`;
  if (answer.status >= 400) return `it was answered with ${answer.status}`;
  if (login.token !== null) {
    visitor.token = textAt(answer.body, login.token);
    if (visitor.token === null) return `the answer has no ${login.token}`;
  }
  return null;
}

export function contentOf(as: 'form' | 'json', fields: Record<string, string>): Pick<Question, 'headers' | 'body'> {
  return as === 'json'
    ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields) }
    : {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      };
}

/** Hidden fields of the page's forms, such as a token against forged forms. */
export function hiddenFields({ body }: Answer): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [tag] of body.matchAll(/<input\b[^>]{0,4096}>/gi)) {
    const of = (name: string) => new RegExp(`\\b${name}\\s*=\\s*["']?([^"'>\\s]*)`, 'i').exec(tag)?.[1];
    const name = of('name');
    if (of('type')?.toLowerCase() === 'hidden' && name !== undefined) found[name] ??= of('value') ?? '';
  }
  return found;
}

/** Text or number at a path such as `data.token`; null: there is none. */
export function textAt(body: string, path: string): string | null {
  try {
    let value: unknown = JSON.parse(body);
    for (const part of path.split('.'))
      value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
    return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;
  } catch {
    return null;
  }
}

/** Something that a check made in the target. */
export interface Made {
  readonly path: string;
  /** `removed`, or that it stays and why. */
  readonly state: string;
}

export interface SessionLook {
  readonly findings: Finding[];
  /** What was looked at, a few words each. */
  readonly looked: string[];
  /** Why something could not be, a sentence each. */
  readonly notLooked: string[];
  readonly made?: Made[];
}
