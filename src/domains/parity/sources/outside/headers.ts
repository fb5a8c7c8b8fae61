import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { varies } from '../../descriptor/format.ts';
import type { Gatherer } from '../../descriptor/gatherer.ts';

const timeoutMs = 5000;
/** A header of which instance answered must not look like a constant by chance. */
const times = 4;
const alwaysVaries =
  /^(date|expires|age|etag|last-modified|content-length|server-timing|x-runtime|x-response-time|x-timer|cf-ray|traceparent|nel|report-to)$|request-?id|trace-?id|correlation|instance|served-by|backend|upstream|x-host|hostname|pod|node|nonce|amz-(id|cf-id|cf-pop)|x-cache-hits|ratelimit-(remaining|reset)/;
/** Of one hop, or of the time. */
const leftOut = new Set(['set-cookie', 'connection', 'keep-alive', 'transfer-encoding']);

const signsOfCdns: readonly (readonly [string, (headers: IncomingHttpHeaders) => boolean])[] = [
  ['Cloudflare', (each) => each['cf-ray'] !== undefined || /cloudflare/i.test(String(each.server ?? ''))],
  ['CloudFront', (each) => each['x-amz-cf-id'] !== undefined || /cloudfront/i.test(String(each.via ?? ''))],
  ['Fastly', (each) => each['x-fastly-request-id'] !== undefined || /^cache-/.test(String(each['x-served-by'] ?? ''))],
  [
    'Akamai',
    (each) =>
      Object.keys(each).some((name) => name.startsWith('x-akamai')) || /akamai/i.test(String(each.server ?? '')),
  ],
  ['Azure Front Door', (each) => each['x-azure-ref'] !== undefined],
  ['Google', (each) => /\bgoogle\b/i.test(String(each.via ?? ''))],
];

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
}

/** Headers, cookies and signs of a CDN, by a few plain requests. Redirects are not followed. */
export async function gatherHeaders(
  gatherer: Gatherer,
  name: string,
  url: URL,
  paths: readonly string[],
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  for (const path of paths) {
    const answers: Answer[] = [];
    for (let time = 0; time < times; time++) {
      const found = await ask(new URL(path, url), headers, signal);
      if (found instanceof Error) {
        gatherer.unread(['http'], `GET ${path} of ${url.host}: ${messageOf(found)}`);
        return;
      }
      // What stands before a system answers so where the system itself does not.
      if (found.status >= 500) {
        gatherer.unread(['http'], `GET ${path} of ${url.host}: it answers ${found.status}`);
        return;
      }
      answers.push(found);
    }
    addAnswers(gatherer, [name, path.replace(/^\/+/, '') || 'index'], answers);
    const [first] = answers;
    if (first === undefined) continue;
    const cdn = signsOfCdns.find(([, is]) => is(first.headers))?.[0];
    if (cdn !== undefined) gatherer.add('cdn', [name], cdn);
    else gatherer.gap('cdn', `no answer of ${url.host} shows a sign of a CDN, which does not prove that there is none`);
  }
}

function addAnswers(gatherer: Gatherer, at: readonly string[], answers: readonly Answer[]): void {
  const constant = <T>(of: (each: Answer) => T): T | null => {
    const all = new Set(answers.map((each) => JSON.stringify(of(each))));
    return all.size === 1 && answers[0] !== undefined ? of(answers[0]) : null;
  };
  const status = constant(({ status: one }) => one);
  // What answers now so and now otherwise is as nothing is: a limit, perhaps, or an instance that is not well.
  const unknown = `its answers had the statuses ${[...new Set(answers.map((one) => one.status))].sort().join(', ')}`;
  gatherer.add('http', [...at, 'status'], status, status === null ? { unknown } : {});
  const names = new Set(answers.flatMap(({ headers }) => Object.keys(headers)));
  for (const name of names) {
    if (leftOut.has(name)) continue;
    const value = alwaysVaries.test(name) ? null : constant(({ headers }) => headers[name]);
    gatherer.add('http', [...at, 'header', name], value === null || value === undefined ? varies : String(value));
  }
  const cookies = new Map(
    answers.flatMap(({ headers }) => (headers['set-cookie'] ?? []).map((text) => cookieOf(text))),
  );
  for (const [name, attributes] of cookies) gatherer.add('http', [...at, 'cookie', name], attributes);
}

/** Node joins the errors of several addresses, and gives the whole no words. */
export function messageOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return (error.message || code || 'no answer').replace(/\.$/, '');
}

/** Its name and attributes; never its value. */
function cookieOf(text: string): [string, string[]] {
  const [pair = '', ...attributes] = text.split(';').map((part) => part.trim());
  const shown = attributes.map((each) => each.replace(/^(expires|max-age)=.*/i, '$1').toLowerCase());
  return [pair.split('=', 1)[0] ?? '', shown];
}

export function ask(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer | Error> {
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      headers: { 'user-agent': 'shakedown', accept: 'text/html,application/json;q=0.9,*/*;q=0.8', ...headers },
      rejectUnauthorized: false,
      agent: false,
      timeout: timeoutMs,
      signal,
    });
    request.once('timeout', () => request.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)));
    request.once('error', (error) => resolve(error));
    request.once('response', (response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
      // What it says is not looked at.
      response.destroy();
    });
    request.end();
  });
}
