import { cut, type Finding, fingerprintOf, type Risk } from '../finding.ts';
import { type Rule, rule } from './rule.ts';
import { transportRules } from './transport-rules.ts';

/** Everything that the checks of ours can find. */
export const rules = {
  ...transportRules,
  'cookie-secure': rule('high', '3.3.1', 'A02', 'A session cookie is also sent without TLS', 'Set Secure.'),
  'cookie-http-only': rule('medium', '3.3.4', 'A02', 'Scripts can read a session cookie', 'Set HttpOnly.'),
  'cookie-same-site': rule(
    'low',
    '3.3.2',
    'A02',
    'A session cookie says nothing valid of other sites',
    'Set SameSite=Lax or Strict; with None, Secure as well.',
  ),
  'cookie-prefix': rule(
    'medium',
    '3.3.1 3.3.3',
    'A02',
    'A cookie breaks the promise of its name, so browsers refuse it',
    '__Host- needs Secure, Path=/ and no Domain; __Secure- needs Secure.',
  ),
  'cors-reflected': rule(
    'high',
    '3.4.2',
    'A01',
    'Any site may read answers with the credentials of a user',
    'Allow origins of a list, compared as a whole.',
  ),
  'cors-null': rule(
    'high',
    '3.4.2',
    'A01',
    'A page without an origin may read answers with the credentials of a user',
    'Never allow the origin null.',
  ),
  'cors-any': rule(
    'high',
    '3.4.2',
    'A01',
    'Any site may read what the target answers without a login',
    'Ask for a login, and allow origins of a list; keep * for what is public.',
  ),
  'cors-open': rule(
    'low',
    '3.4.2',
    'A01',
    'Every origin is echoed',
    'Send * for what is public, and allow origins of a list for the rest.',
  ),
  'method-trace': rule('medium', '13.4.4', 'A02', 'TRACE is answered with the request', 'Switch TRACE off.'),
  'method-unknown': rule(
    'low',
    '4.1.4',
    'A02',
    'A method that does not exist is answered like GET',
    'Answer methods that are not used with 405 or 501.',
  ),
  'open-redirect': rule(
    'medium',
    '3.7.2',
    'A01',
    'An address of the target leads to any other site',
    'Redirect to paths of your own, or to addresses of a list.',
  ),
  'stack-trace': rule(
    'medium',
    '16.5.1',
    'A10',
    'An error page shows the inside of the program',
    'Show a message of your own, and write the rest to the log.',
  ),
  'version-banner': rule(
    'low',
    '13.4.6',
    'A02',
    'The versions of programs are told to everyone',
    'Remove the versions from these headers.',
  ),
  'exposed-secrets': rule(
    'critical',
    '13.4.7 13.3.1',
    'A02',
    'A file with settings or secrets can be fetched',
    'Remove it from what is served, and change the secrets in it.',
  ),
  'exposed-source': rule(
    'high',
    '13.4.1',
    'A02',
    'The history of the source can be fetched',
    'Do not deploy .git and the like.',
  ),
  'exposed-debug': rule('high', '13.4.2', 'A02', 'A page for debugging is open', 'Switch debugging off in production.'),
  'exposed-admin': rule(
    'critical',
    '8.2.1',
    'A01',
    'What rules a program is open to everyone',
    'Ask for a login there, or serve it on an address that only its operators reach.',
  ),
  'exposed-metrics': rule(
    'medium',
    '13.4.5',
    'A02',
    'Figures of the inside are open to everyone',
    'Serve them on an address that only monitoring reaches.',
  ),
  'exposed-docs': rule(
    'info',
    '13.4.5',
    'A02',
    'A description of the interface is open to everyone',
    'Keep it if that is wanted.',
  ),
  'exposed-listing': rule('low', '13.4.3', 'A02', 'A folder shows what is in it', 'Switch directory listings off.'),
  'open-route': rule(
    'critical',
    '8.2.1',
    'A01',
    'What needs a login is answered without one',
    'Check who asks at every route, on the server.',
  ),
  'session-kept': rule(
    'high',
    '7.2.4',
    'A07',
    'The session does not change at login',
    'Give a new session at every login.',
  ),
  'session-after-logout': rule(
    'medium',
    '7.4.1',
    'A07',
    'A session still works after its logout',
    'End the session on the server.',
  ),
  'foreign-object': rule(
    'critical',
    '8.2.2',
    'A01',
    "A user gets another user's data",
    'Check at every access whether the object is of who asks.',
  ),
  'no-rate-limit': rule(
    'medium',
    '6.3.1 2.4.1',
    'A07',
    'Wrong passwords can be tried without end',
    'Slow down and refuse repeated wrong logins, by account and by address.',
  ),
} as const satisfies Record<string, Rule>;
export type RuleId = keyof typeof rules;

/** How many requirements ASVS 5.0.0 has. */
export const asvsTotal = 345;

/**
 * A finding of ours. It is known again by its rule and its subject, never by what an answer happened to hold.
 * @param subject what it is about, the same in every run: a cookie's name, a path
 */
export function findingOf(
  id: RuleId,
  about: { subject: string; where: string; seen: string; certain?: boolean; check: string; risk?: Risk },
): Finding {
  const { title, risk, remedy, asvs, top10 } = rules[id] as Rule;
  return {
    fingerprint: fingerprintOf(['posture', id, about.subject]),
    rule: id,
    title,
    risk: about.risk ?? risk,
    certain: about.certain ?? true,
    where: cut(about.where),
    seen: cut(about.seen),
    remedy,
    asvs: [...asvs],
    top10,
    sources: [about.check],
  };
}
