import type { Activity, Provider } from '../format.ts';
import { ActivityFailed, type Session } from '../session.ts';
import { isObject, type Json, type JsonObject } from '../values/json.ts';
import { str } from '../values/python.ts';
import { substitute, substituteArguments } from '../values/substitute.ts';
import { type HttpResponse, RequestFailed, send } from './request.ts';

type HttpProvider = Extract<Provider, { type: 'http' }>;

const mostRedirections = 30;

/**
 * Calls an address as Chaos Toolkit's `http` provider does: redirections are followed, any status is a result.
 * @returns status, headers, and body: parsed where the content type is `application/json` and nothing more
 * @throws ActivityFailed where nothing was answered in time, or the host may not be contacted; Error where the address is none
 */
export async function runHttp(activity: Activity, provider: HttpProvider, session: Session): Promise<Json> {
  const replaced = (value: Json) => substitute(value, session.lookup);
  const address = String(replaced(provider.url));
  const headers = textHeaders(replaced(provider.headers));
  const given = substituteArguments(provider.arguments, session);
  const url = webAddress(address);
  const asJson = headers['Content-Type'] === 'application/json';
  if (provider.method === 'GET') appendQuery(url, given);
  const body = provider.method === 'GET' ? null : bodyOf(given, asJson);
  if (body !== null && !asJson && isObject(given)) headers['Content-Type'] ??= 'application/x-www-form-urlencoded';

  const [connectTimeoutMs, readTimeoutMs] = timeouts(replaced(provider.timeout), activity, session);
  try {
    const request = { url, method: provider.method, headers, body, verifyTls: provider.verifyTls, connectTimeoutMs };
    const all = { ...request, readTimeoutMs, signal: session.signal };
    const response = await follow(all, provider.maxRetries, session);
    if (!activity.hasTolerance && response.status > 399) {
      session.warn(`"${activity.name}" was answered with status ${response.status}, which may not be what was wanted.`);
    }
    const isJson = headerOf(response, 'content-type') === 'application/json';
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(response.text) as Json) : response.text,
    };
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    if (error.kind === 'timeout') throw new ActivityFailed('activity took too long to complete');
    throw new ActivityFailed(`failed to connect to ${url.href}: ${error.message}`);
  }
}

async function follow(first: Parameters<typeof send>[0], retries: number, session: Session): Promise<HttpResponse> {
  let request = first;
  for (let hop = 0; hop <= mostRedirections; hop++) {
    requireAllowed(request.url, session);
    const response = await retried(request, retries);
    const location = headerOf(response, 'location');
    if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined) return response;
    const url = new URL(location, request.url);
    // As browsers do, and the library that Chaos Toolkit uses: what was posted is then got, except for 307 and 308.
    const again = response.status >= 307 || request.method === 'HEAD';
    const { Authorization: _, ...rest } = request.headers;
    request = {
      ...request,
      url,
      headers: url.host === request.url.host ? request.headers : rest,
      method: again ? request.method : 'GET',
      body: again ? request.body : null,
    };
  }
  throw new Error(`more than ${mostRedirections} redirections from ${first.url.href}`);
}

async function retried(request: Parameters<typeof send>[0], retries: number): Promise<HttpResponse> {
  for (let left = retries; ; left--) {
    try {
      return await send(request);
    } catch (error) {
      if (left <= 0 || !(error instanceof RequestFailed)) throw error;
    }
  }
}

/** @throws ActivityFailed where the host may not be contacted */
export function requireAllowed(url: URL, session: Session): void {
  if (session.allows(url)) return;
  throw new ActivityFailed(`${url.host} may not be contacted: it is not among the allowed hosts`);
}

function webAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new Error(`"${address}" is no web address`);
}

function timeouts(given: Json, activity: Activity, session: Session): [number, number] {
  const ms = (seconds: Json | undefined) => (seconds === null || seconds === undefined ? null : Number(seconds) * 1000);
  const otherwise = ms(activity.timeoutSeconds) ?? session.defaultTimeoutMs;
  const [connect, read] = Array.isArray(given) ? given : [given, given];
  return [ms(connect) ?? otherwise, ms(read) ?? otherwise];
}

function textHeaders(headers: Json): Record<string, string> {
  return isObject(headers)
    ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, str(value)]))
    : {};
}

function appendQuery(url: URL, given: Json): void {
  const query = typeof given === 'string' ? given : isObject(given) ? form(given) : '';
  if (query !== '') url.search += `${url.search === '' ? '' : '&'}${query}`;
}

function bodyOf(given: Json, asJson: boolean): string | null {
  if (given === null) return null;
  if (asJson) return JSON.stringify(given);
  return isObject(given) ? form(given) : str(given);
}

function form(given: JsonObject): string {
  const pairs = Object.entries(given).flatMap(([key, value]): [string, string][] => {
    const values = Array.isArray(value) ? value : isObject(value) ? Object.keys(value) : [value];
    return values.filter((item) => item !== null).map((item) => [key, str(item)]);
  });
  return new URLSearchParams(pairs).toString();
}

function headerOf({ headers }: HttpResponse, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
