import type { Finding } from '../finding.ts';
import type { Answer } from './answer.ts';
import { findingOf, type RuleId } from './rules.ts';

export interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  /** In small letters; null: not written. */
  readonly sameSite: string | null;
  readonly path: string | null;
  readonly domain: string | null;
  /** It takes the cookie away. */
  readonly isEnd: boolean;
}

/** One Set-Cookie value. */
export function parseSetCookie(text: string): SetCookie | null {
  const [pair = '', ...parts] = text.split(';');
  const equals = pair.indexOf('=');
  if (equals < 0) return null;
  const attributes = new Map<string, string>();
  for (const part of parts) {
    const at = part.indexOf('=');
    const name = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase();
    attributes.set(name, at < 0 ? '' : part.slice(at + 1).trim());
  }
  const age = attributes.get('max-age');
  const expires = attributes.get('expires');
  return {
    name: pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: attributes.get('samesite')?.toLowerCase() ?? null,
    path: attributes.get('path') ?? null,
    domain: attributes.get('domain') || null,
    isEnd: age === undefined ? expires !== undefined && Date.parse(expires) < Date.now() : Number(age) <= 0,
  };
}

// A `sidebar` and an `author` are none of these.
const sessionName = /sess|sid$|^sid(?![a-z])|auth(?!or(?!i[sz]))|login|token|jwt|remember|^connect\.sid$/i;
/** Scripts read these, to send them back in a header; balancers set the others, and they are nobody's. */
const noSession = /csrf|xsrf|affinity|^AWSALB|^__cf|^_ga|^_gid|^incap_|^visid_|^BIGip|consent|^lang|locale|theme/i;

/** Set by balancers, for scripts, or for what somebody likes: it tells nobody who somebody is. */
export function isNobodys(name: string): boolean {
  return noSession.test(name);
}

/** Whether it carries who somebody is. Named so, and with a value that nobody guesses. */
export function isSessionLike({ name, value }: Pick<SetCookie, 'name' | 'value'>): boolean {
  return !isNobodys(name) && sessionName.test(name.replace(/^__(?:Host|Secure)-/, '')) && value.length >= 3;
}

/** What is wrong with one cookie. Only what carries a session is accused, but for a name that makes browsers refuse it. */
export function assessCookie(cookie: SetCookie, isHttps: boolean): { rule: RuleId; seen: string }[] {
  const found: { rule: RuleId; seen: string }[] = [];
  const { name, secure, httpOnly, sameSite } = cookie;
  const broken =
    (/^__secure-/i.test(name) && !secure) ||
    (/^__host-/i.test(name) && (!secure || cookie.domain !== null || cookie.path !== '/'));
  if (broken) found.push({ rule: 'cookie-prefix', seen: `${name} ${secure ? '' : 'without Secure'}`.trim() });
  if (!isSessionLike(cookie)) return found;
  // Over plain HTTP browsers would refuse a cookie that is Secure.
  if (isHttps && !secure) found.push({ rule: 'cookie-secure', seen: `${name} without Secure` });
  if (!httpOnly) found.push({ rule: 'cookie-http-only', seen: `${name} without HttpOnly` });
  if (sameSite === null) found.push({ rule: 'cookie-same-site', seen: `${name} without SameSite` });
  else if (!['lax', 'strict', 'none'].includes(sameSite) || (sameSite === 'none' && !secure)) {
    found.push({
      rule: 'cookie-same-site',
      seen: `${name} with SameSite=${sameSite}${secure ? '' : ' and without Secure'}`,
    });
  }
  return found;
}

export function cookieFindings(answers: readonly Answer[], isHttps: boolean): { findings: Finding[]; names: string[] } {
  const findings = new Map<string, Finding>();
  const names = new Set<string>();
  for (const answer of answers) {
    for (const text of answer.headers.get('set-cookie') ?? []) {
      const cookie = parseSetCookie(text);
      if (cookie === null || cookie.isEnd) continue;
      names.add(cookie.name);
      for (const { rule, seen } of assessCookie(cookie, isHttps)) {
        const finding = findingOf(rule, { subject: cookie.name, where: answer.path, seen, check: 'cookies' });
        if (!findings.has(finding.fingerprint)) findings.set(finding.fingerprint, finding);
      }
    }
  }
  return { findings: [...findings.values()], names: [...names] };
}
