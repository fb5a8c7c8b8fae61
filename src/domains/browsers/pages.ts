import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tlsOptions } from '../../environment/tls.ts';
import type { VisitedPage } from '../../model/browser-visits.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { RecordedRequest, RecordingManifest } from '../../model/traffic.ts';
import { readSessions } from '../traffic/public.ts';

const pagesAtMost = 8;
const pathsAtMost = 4;
/** The busiest pages of a recording show in its beginning. */
const sessionsRead = 2000;
const routesAsked = 20;
const timeoutMs = 10_000;

/** A page to visit, with whole addresses. */
export interface PageAddresses extends VisitedPage {
  urls: string[];
}

interface Candidate {
  route: string;
  count: number;
  /** Address → path. */
  urls: Map<string, string>;
}

/**
 * The recording's busiest pages: routes whose GETs were answered by HTML, or may have been where it does not say. Each address is asked once whether
 * someone who has just come gets a page there; one who is sent elsewhere first, to sign in perhaps, does not.
 */
export async function recordedPages(
  config: ResolvedConfig,
  manifest: RecordingManifest,
  baseUrl: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<PageAddresses[]> {
  const found = new Map<string, Candidate>();
  let sessions = 0;
  for await (const { requests } of readSessions(config.traffic.recording, manifest)) {
    for (const request of requests) {
      const base = mayBePage(request) ? addressOf(request.origin, config.target.hosts, baseUrl) : null;
      if (base === null) continue;
      const own = found.get(request.route) ?? { route: request.route, count: 0, urls: new Map<string, string>() };
      found.set(request.route, own);
      own.count++;
      if (own.urls.size < pathsAtMost) own.urls.set(`${base}${request.path}`, request.path);
    }
    if (++sessions >= sessionsRead || signal.aborted) break;
  }
  const busiest = [...found.values()].sort((a, b) => b.count - a.count).slice(0, routesAsked);
  const pages: PageAddresses[] = [];
  const tls = await tlsOptions(config.target.tls);
  for (const { route, urls } of busiest) {
    const open: [string, string][] = [];
    for (const [url, path] of urls) if (await isPage(url, headers, tls, signal)) open.push([url, path]);
    if (open.length === 0) continue;
    pages.push({ name: route, urls: open.map(([url]) => url), paths: open.map(([, path]) => path) });
    if (pages.length >= pagesAtMost) break;
  }
  return pages;
}

function mayBePage({ method, status, response, path, route }: RecordedRequest): boolean {
  if (method !== 'GET' || route === '(other)' || (status !== undefined && status !== 200)) return false;
  const type = response?.headers?.find(([name]) => name === 'content-type')?.[1];
  if (type !== undefined) return /^text\/html\b|^application\/xhtml/i.test(type);
  return !/\.(?!html?\b|php\b|aspx?\b|jsp\b)[a-z0-9]{2,5}(\?|$)/i.test(path);
}

/** Where requests of a recorded origin go; null: they are left out. */
function addressOf(origin: string, hosts: Record<string, string | null>, baseUrl: string): string | null {
  const mapped = hosts[origin];
  return mapped === undefined ? baseUrl : mapped;
}

/** Whether a GET is answered at once, with 200 and HTML. Redirects are not followed. */
function isPage(
  url: string,
  headers: Record<string, string>,
  tls: Awaited<ReturnType<typeof tlsOptions>>,
  signal: AbortSignal,
): Promise<boolean> {
  const make = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const accept = { accept: 'text/html,application/xhtml+xml', ...headers };
    const request = make(url, { ...tls, headers: accept, timeout: timeoutMs, agent: false, signal }, (response) => {
      response.resume();
      const type = String(response.headers['content-type'] ?? '');
      resolve(response.statusCode === 200 && /^text\/html\b|^application\/xhtml/i.test(type));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
    request.once('close', () => resolve(false));
    request.end();
  });
}
