import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { attempt, type Probe, unreachable, wrongPort } from './probe.ts';
import type { HttpCheck } from './settings.ts';

const bytesAtMost = 1 << 20;

/** Whether an address answers as it should. Redirects are not followed: they may lead to a host that nobody named. */
export async function httpProbe(check: HttpCheck): Promise<Probe> {
  const { timeoutS, of } = check;
  const at = (url: string) => (signal: AbortSignal) =>
    attempt(signal, timeoutS * 1000, async (both) => {
      const answer = await got(url, check, both);
      const detail = judged(answer, check);
      // The first answer may be what fills the cache.
      return of === 'cdn' ? `${detail}, ${cached(await got(url, check, both))}` : detail;
    });
  const closed = new URL(check.url);
  closed.port = String(await wrongPort(closed.hostname));
  const missing = new URL(check.url);
  missing.pathname = `${missing.pathname.replace(/[^/]*$/, '')}shakedown-control-${randomUUID().slice(0, 8)}`;
  missing.search = '';
  return {
    run: at(check.url),
    controls: [
      { wrong: 'a wrong port', run: at(closed.href), reason: unreachable },
      { wrong: 'a path that is not there', run: at(missing.href), reason: /^(status \d+|the text is missing)/ },
    ],
  };
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

function judged({ status, body }: Answer, check: HttpCheck): string {
  const isWanted = check.status === null ? status >= 200 && status < 300 : status === check.status;
  if (!isWanted) throw new Error(`status ${status}, not ${check.status ?? '2xx'}`);
  if (check.contains !== null && !body.includes(check.contains)) throw new Error('the text is missing in the answer');
  return `status ${status}`;
}

/** What caches say of themselves (RFC 9211, RFC 9111 and what CDNs had before them). */
function cached({ headers }: Answer): string {
  const said = ['cache-status', 'x-cache', 'cf-cache-status', 'x-cache-status', 'x-proxy-cache', 'x-varnish-cache']
    .map((name) => headers[name])
    .filter((value) => value !== undefined)
    .join(' ');
  if (/\bhit\b|tcp_[a-z_]*hit|refresh_?hit/i.test(said)) return 'from the cache';
  if (said !== '') throw new Error(`not from the cache: ${said.slice(0, 80)}`);
  if (Number(headers.age ?? 0) > 0) return 'from the cache';
  throw new Error('not from the cache: no header says that it was');
}

function got(url: string, { headers, caFile }: HttpCheck, signal: AbortSignal): Promise<Answer> {
  const isSecure = url.startsWith('https:');
  const make = isSecure ? httpsRequest : httpRequest;
  const ca = isSecure && caFile !== null ? { ca: readFileSync(caFile) } : {};
  return new Promise((resolve, reject) => {
    const request = make(url, { ...ca, headers, agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= bytesAtMost) chunks.push(chunk);
        else response.destroy(new Error(`an answer of more than ${bytesAtMost >> 20} MB`));
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.once('error', reject);
    request.end();
  });
}
