import type { Finding } from '../finding.ts';
import { type Answer, header, isHtml, metaEquivalents } from './answer.ts';
import { assessCsp } from './csp.ts';
import { findingOf, type RuleId } from './rules.ts';

const sixMonthsS = 15_768_000;
const keepsPrivate = ['no-referrer', 'same-origin', 'strict-origin', 'strict-origin-when-cross-origin'];
const passesOn = ['origin', 'origin-when-cross-origin', 'unsafe-url', 'no-referrer-when-downgrade'];

/** What is wrong with the headers of one answer: the rule, and what was seen. */
export function assessHeaders(answer: Answer, isHttps: boolean): { rule: RuleId; seen: string }[] {
  const found: { rule: RuleId; seen: string }[] = [];
  const add = (rule: RuleId, seen: string) => found.push({ rule, seen });
  if (isHttps) {
    const hsts = header(answer, 'strict-transport-security');
    if (hsts === '') add('hsts-missing', 'not sent');
    else {
      const age = hstsAge(hsts);
      if (age === null || age < sixMonthsS) add('hsts-short', hsts);
    }
  }
  // Browsers follow a redirect before they look at anything else of it.
  if (answer.status >= 300 && answer.status < 400) return found;
  if (header(answer, 'x-content-type-options').trim().toLowerCase() !== 'nosniff') {
    add('sniffing', header(answer, 'x-content-type-options') || 'X-Content-Type-Options: not sent');
  }
  // What follows is heeded for documents only.
  if (!isHtml(answer)) return found;
  const metas = metaEquivalents(answer);
  const policies = answer.headers.get('content-security-policy') ?? [];
  const csp = assessCsp(policies, metas.get('content-security-policy') ?? [], isHttps);
  // An error page in which nothing runs and nothing is filled in: neither its base nor a frame around it is of use to anyone.
  const isPlainError = answer.status >= 400 && !/<(?:script|form|base)\b|\son[a-z]+\s*=/i.test(answer.body);
  if (csp.isThere) {
    for (const { rule, seen } of csp.weaknesses) if (!isPlainError || rule !== 'csp-base-uri') add(rule, seen);
  } else if (csp.weaknesses.length > 0) add('csp-invalid', csp.weaknesses[0]?.seen ?? '');
  else if (header(answer, 'content-security-policy-report-only') !== '') {
    add('csp-report-only', header(answer, 'content-security-policy-report-only'));
  } else add('csp-missing', 'not sent');
  const options = header(answer, 'x-frame-options').trim().toLowerCase();
  if (!isPlainError && !csp.limitsFrames && options !== 'deny' && options !== 'sameorigin') {
    add('framing', options === '' ? 'neither frame-ancestors nor X-Frame-Options' : `X-Frame-Options: ${options}`);
  }
  const referrer = referrerPolicy([
    ...(answer.headers.get('referrer-policy') ?? []),
    ...(metas.get('referrer-policy') ?? []),
    ...(metas.get('referrer') ?? []),
  ]);
  if (referrer !== null) add('referrer', referrer);
  const opener = header(answer, 'cross-origin-opener-policy').trim().toLowerCase();
  if (!isPlainError && !opener.startsWith('same-origin') && !opener.startsWith('noopener-allow-popups')) {
    add('opener', opener === '' ? 'Cross-Origin-Opener-Policy: not sent' : opener);
  }
  return found;
}

/** Seconds; null: not valid, as of a header that was sent twice. */
export function hstsAge(value: string): number | null {
  const parts = value.split(';').map((part) => part.trim().toLowerCase());
  const ages = parts.filter((part) => part.startsWith('max-age'));
  const [, age] = /^max-age\s*=\s*"?(\d{1,12})"?$/.exec(ages[0] ?? '') ?? [];
  if (value.includes(',')) return null;
  return ages.length === 1 && age !== undefined ? Number(age) : null;
}

/** What is wrong; null: nothing. Browsers take the last policy that they know; where none is sent, they keep paths from other sites. */
export function referrerPolicy(values: readonly string[]): string | null {
  const written = values.flatMap((value) => value.split(',')).map((one) => one.trim().toLowerCase());
  if (written.length === 0) return null;
  const inForce = written.filter((one) => keepsPrivate.includes(one) || passesOn.includes(one)).at(-1);
  return inForce === undefined || passesOn.includes(inForce) ? `Referrer-Policy: ${written.join(', ')}` : null;
}

/** One finding a rule, over all pages that have it. */
export function headerFindings(answers: readonly Answer[], isHttps: boolean): Finding[] {
  const byRule = new Map<RuleId, { seen: string; paths: string[] }>();
  for (const answer of answers) {
    for (const { rule, seen } of assessHeaders(answer, isHttps)) {
      const one = byRule.get(rule) ?? { seen, paths: [] };
      one.paths.push(answer.path);
      byRule.set(rule, one);
    }
  }
  return [...byRule].map(([rule, { seen, paths }]) => {
    const where =
      paths.length === answers.length
        ? `all ${answers.length} answers`
        : `${paths.length} of ${answers.length}: ${paths.join(', ')}`;
    return findingOf(rule, { subject: '', where, seen, check: 'headers' });
  });
}
