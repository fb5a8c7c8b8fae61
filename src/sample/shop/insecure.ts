import type { IncomingMessage } from 'node:http';
import { json, type Reply, type Route } from './http.ts';

/**
 * What is planted in the insecure build: no security headers, and programs named with their versions; a session cookie that scripts can read; answers that every
 * origin may read with credentials; TRACE; traces of calls on error pages; files and a page for debugging; an admin page without login; orders of others; a
 * login that leads anywhere; and sessions that outlive their logout.
 */
export const insecureHeaders = ['Server', 'nginx/1.18.0', 'X-Powered-By', 'Express 4.17.1'];

const plain = (body: string) => (): Reply => ({ status: 200, type: 'text/plain; charset=utf-8', body });

export const insecureRoutes: readonly Route[] = [
  // Nobody's: there is no such database, and no such password.
  {
    method: 'GET',
    path: '/.env',
    kind: 'asset',
    handle: plain('DB_HOST=database\nDB_PASSWORD=planted-and-of-no-use\n'),
  },
  { method: 'GET', path: '/.git/HEAD', kind: 'asset', handle: plain('ref: refs/heads/main\n') },
  { method: 'GET', path: '/actuator/env', kind: 'asset', handle: () => json({ propertySources: [] }) },
];

/** The answer as every origin may read it; TRACE is answered with what was asked. */
export function insecureAnswer({ method, headers, rawHeaders, url }: IncomingMessage, reply: Reply): Reply {
  if (method === 'TRACE') {
    const sent = rawHeaders.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
    return { status: 200, type: 'message/http', body: `TRACE ${url} HTTP/1.1\r\n${sent}` };
  }
  if (headers.origin === undefined) return reply;
  const open = ['Access-Control-Allow-Origin', headers.origin, 'Access-Control-Allow-Credentials', 'true'];
  return { ...reply, headers: [...(reply.headers ?? []), ...open] };
}

/** A problem with where it came from. */
export function insecureProblem(reply: Reply, error: unknown): Reply {
  if (!reply.type.startsWith('text/html') || !(error instanceof Error)) return reply;
  const trace = (error.stack ?? '').replace(/[&<>]/g, ' ');
  return { ...reply, body: `${reply.body.toString()}<pre>${trace}</pre>` };
}
