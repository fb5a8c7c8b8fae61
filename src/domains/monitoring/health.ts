import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TlsOptions } from '../../environment/tls.ts';
import { ShakedownError } from '../../model/error.ts';
import type { AskThrough, HealthCheck } from '../companion.ts';

const timeoutMs = 5000;
export const healthEveryMs = 1000;
/** A steady state is recorded this often; every change at once. */
const repeatMs = 60_000;

/**
 * Asks `url` once. Up is any answer below 500 where no health path is configured, 2xx where one is.
 * @param ask asks from where the load comes from; absent: from here
 * @throws ShakedownError where the check could not be made: that says nothing about the target
 */
export async function checkHealth(
  url: string,
  strict: boolean,
  headers: Record<string, string>,
  tls: TlsOptions,
  ask?: AskThrough,
): Promise<HealthCheck> {
  try {
    const status = await statusOf(url, headers, tls, ask);
    return { up: isUp(status, strict), detail: `status ${status}` };
  } catch (error) {
    if (error instanceof ShakedownError || (error as Error).name === 'AbortError') throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    return { up: false, detail: code ?? message };
  }
}

/**
 * The status that a GET is answered with. Redirects are not followed: they may lead to a host that is not allowed.
 * @throws Error where there is none
 */
export async function statusOf(
  url: string,
  headers: Record<string, string>,
  tls: TlsOptions,
  ask?: AskThrough,
): Promise<number> {
  if (ask !== undefined) {
    const texts = Object.fromEntries(Object.entries(tls).map(([name, pem]) => [name, pem.toString()]));
    return (await ask({ url, headers, timeoutMs, bytesAtMost: 0, tls: texts })).status;
  }
  const make = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = make(url, { ...tls, headers, timeout: timeoutMs, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.once('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.once('error', reject);
    request.end();
  });
}

function isUp(status: number, strict: boolean): boolean {
  return strict ? status >= 200 && status < 300 : status < 500;
}

/** Checks every second; reports changes at once, and a steady state once a minute. @param report false: it is too early, report it again */
export function watchHealth(
  check: () => Promise<HealthCheck>,
  report: (health: HealthCheck) => boolean,
): { stop(): void } {
  let reported: { up: boolean; at: number } | null = null;
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    // Where the check could not be made, nothing is reported.
    const health = await check().catch(() => null);
    busy = false;
    if (health === null) return;
    const now = performance.now();
    if (reported !== null && reported.up === health.up && now - reported.at < repeatMs) return;
    if (report(health)) reported = { up: health.up, at: now };
  }, healthEveryMs);
  return { stop: () => clearInterval(timer) };
}
