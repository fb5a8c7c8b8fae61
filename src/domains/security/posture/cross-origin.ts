import type { Finding } from '../finding.ts';
import { type Answer, header } from './answer.ts';
import type { Asker } from './ask.ts';
import { findingOf } from './rules.ts';

/** Nobody's: names under .example are never given to anyone, and nothing is ever sent there. */
export const foreignHost = 'shakedown-check.example';
const foreignOrigin = `https://${foreignHost}`;

/**
 * Whether pages of other origins may read answers. An origin that only looks like the target's own is tried as well.
 * @param needLogin those of the paths that are declared to need a login
 */
export async function crossOrigin(
  asker: Asker,
  paths: readonly string[],
  needLogin: readonly string[],
): Promise<Finding[]> {
  const own = new URL(asker.baseUrl);
  const alike = [
    `${own.protocol}//${own.host}.${foreignHost}`,
    `${own.protocol}//${foreignHost.replace('.', '-')}${own.hostname}`,
  ];
  const found = new Map<string, Finding>();
  for (const path of paths) {
    for (const origin of [foreignOrigin, 'null', ...alike]) {
      const answer = await asker.ask(path, { headers: { origin } });
      const allowed = header(answer, 'access-control-allow-origin').trim();
      if (allowed === '*') {
        const finding = openToAny(answer, path, needLogin.includes(path));
        if (finding !== null) found.set(finding.fingerprint, finding);
      }
      if (allowed !== origin) continue;
      const withCredentials = header(answer, 'access-control-allow-credentials').trim().toLowerCase() === 'true';
      const rule = !withCredentials ? 'cors-open' : origin === 'null' ? 'cors-null' : 'cors-reflected';
      const seen = `Origin: ${origin} → Access-Control-Allow-Origin: ${allowed}${withCredentials ? ', with credentials' : ''}`;
      const finding = findingOf(rule, { subject: path, where: path, seen, check: 'cors' });
      if (!found.has(finding.fingerprint)) found.set(finding.fingerprint, finding);
      if (origin === foreignOrigin) break;
    }
  }
  return [...found.values()];
}

/** `*` is right for what is public. What is declared to need a login is not; other data may be. */
function openToAny(answer: Answer, path: string, needsLogin: boolean): Finding | null {
  const isServed = answer.status >= 200 && answer.status < 300 && answer.body !== '';
  const isData = /\bjson\b/i.test(header(answer, 'content-type')) && !/\.\w+$/.test(path.split('?')[0] ?? '');
  if (!isServed || (!needsLogin && !isData)) return null;
  const seen = `Access-Control-Allow-Origin: *, answered with ${answer.status} without a login`;
  const sure = needsLogin ? {} : { certain: false, risk: 'medium' as const };
  return findingOf('cors-any', { subject: path, where: path, seen, check: 'cors', ...sure });
}

/** Methods that nobody should need. None of them changes anything: no DELETE, no PUT. */
export async function methods(asker: Asker): Promise<Finding[]> {
  const findings: Finding[] = [];
  const mark = `shakedown-${Math.random().toString(36).slice(2)}`;
  const traced = await asker.ask('/', { method: 'TRACE', headers: { 'x-shakedown': mark } });
  // By what comes back: many servers answer 200 with a page.
  if (traced.status === 200 && traced.body.includes(mark)) {
    findings.push(findingOf('method-trace', { subject: '', where: 'TRACE /', seen: traced.body, check: 'methods' }));
  }
  return findings;
}

const leadingNames =
  /^(?:next|url|uri|return|returnto|return_to|returnurl|return_url|redirect|redirect_uri|redirect_url|redirecturl|redirectto|continue|dest|destination|goto|target|forward|callback|back|from|r|u)$/i;

/** Whether a parameter may be one that says where to go next, by its name or by a value that is an address. */
export function leadsElsewhere(name: string, value: string): boolean {
  return leadingNames.test(name) || /^(?:https?:)?\/\//.test(value);
}

/** Where a Location leads, as a browser would read it from that page; null: nowhere. */
export function redirectHost(location: string, pageUrl: string): string | null {
  try {
    return new URL(location.replace(/^[\s\0]+/, '').replaceAll('\\', '/'), pageUrl).hostname;
  } catch {
    return null;
  }
}

export const foreignAddresses = [`${foreignOrigin}/`, `//${foreignHost}/`, `/\\${foreignHost}/`];

/** @param asked parameters that were seen in the recording, or are configured: `/login` and `next` */
export async function openRedirects(
  asker: Asker,
  asked: readonly { path: string; parameter: string }[],
): Promise<{ findings: Finding[]; missed: string[] }> {
  const findings: Finding[] = [];
  /** Those that showed nothing of where they lead. */
  const missed: string[] = [];
  for (const { path, parameter } of asked) {
    const statuses = new Set<number>();
    for (const address of foreignAddresses) {
      const url = new URL(path, 'http://x');
      url.searchParams.set(parameter, address);
      const answer = await asker.ask(`${url.pathname}${url.search}`);
      statuses.add(answer.status);
      const location = header(answer, 'location');
      const leads =
        answer.status >= 300 &&
        answer.status < 400 &&
        redirectHost(location, `${asker.baseUrl}${url.pathname}`) === foreignHost;
      if (!leads) continue;
      const where = `${url.pathname}?${parameter}=`;
      findings.push(
        findingOf('open-redirect', {
          subject: where,
          where,
          seen: `${address} → Location: ${location}`,
          check: 'redirects',
        }),
      );
      break;
    }
    if ([...statuses].every((status) => [404, 410].includes(status) || status >= 500))
      missed.push(
        `${path}?${parameter}=: answered with ${[...statuses].join(', ')}, so that there may be no such page`,
      );
  }
  return { findings, missed };
}
