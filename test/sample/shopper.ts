import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

/** A browser as far as the shop's forms need one: cookies, CSRF token, no redirects followed by itself. */
export function createShopper(baseUrl: string) {
  const cookies = new Map<string, string>();
  let csrf = '';
  const send = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(baseUrl + path, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });
    for (const header of response.headers.getSetCookie()) {
      const [pair = ''] = header.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const text = await response.text();
    csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? csrf;
    return {
      status: response.status,
      text,
      headers: response.headers,
      location: response.headers.get('location') ?? '',
    };
  };
  return {
    cookies,
    get: (path: string) => send(path),
    /** Sends a form with the token of the page last seen. */
    post: (path: string, fields: Record<string, string>) =>
      send(path, { method: 'POST', body: new URLSearchParams({ csrf, ...fields }) }),
  };
}

export async function callApi(baseUrl: string, method: string, path: string, body?: unknown, headers = {}) {
  const init: RequestInit = { method, headers };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(baseUrl + path, init);
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what the tests look at
  return { status: response.status, json: JSON.parse(text) as any };
}

export async function bearerOf(baseUrl: string, email: string, password: string): Promise<{ authorization: string }> {
  const { json } = await callApi(baseUrl, 'POST', '/api/login', { email, password });
  return { authorization: `Bearer ${json.token}` };
}

/** Running processes whose command line mentions `text`, by pid. */
export function processesWith(text: string): number[] {
  const list = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
  return list
    .split('\n')
    .filter((line) => line.includes(text))
    .map((line) => Number.parseInt(line, 10));
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function sampleFolders(temporary: string): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('shakedown-sample-'));
}
