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
 * Asks `url` once. Up is any answer below 500 where no health path is configured, 2xx where one is. Redirects are not followed: they may lead
 * to a host that is not allowed.
 */
export function checkHealth(
  url: string,
  strict: boolean,
  headers: Record<string, string>,
  tls: TlsOptions,
): Promise<HealthCheck> {
  const make = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const request = make(url, { ...tls, headers, timeout: timeoutMs, agent: false }, (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      resolve({ up: isUp(status, strict), detail: `status ${status}` });
    });
    request.once('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ up: false, detail: error.code ?? error.message }),
    );
    request.end();
  });
}

/**
 * As `checkHealth`, from where the load comes from. @throws ShakedownError where the check could not be made: that says nothing about the target
 */
export async function checkHealthThrough(
  ask: AskThrough,
  url: string,
  strict: boolean,
  headers: Record<string, string>,
  tls: TlsOptions,
): Promise<HealthCheck> {
  const texts = Object.fromEntries(Object.entries(tls).map(([name, pem]) => [name, pem.toString()]));
  try {
    const { status } = await ask({ url, headers, timeoutMs, bytesAtMost: 0, tls: texts });
    return { up: isUp(status, strict), detail: `status ${status}` };
  } catch (error) {
    if (error instanceof ShakedownError || (error as Error).name === 'AbortError') throw error;
    return { up: false, detail: (error as Error).message };
  }
}

function isUp(status: number, strict: boolean): boolean {
  return strict ? status >= 200 && status < 300 : status < 500;
}

/** Checks every second; reports changes at once, and a steady state once a minute. @param tell false: it is too early, report it again */
export function watchHealth(
  check: () => Promise<HealthCheck>,
  tell: (health: HealthCheck) => boolean,
): { stop(): void } {
  let told: { up: boolean; at: number } | null = null;
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    // Where the check could not be made, nothing is reported.
    const health = await check().catch(() => null);
    busy = false;
    if (health === null) return;
    const now = performance.now();
    if (told !== null && told.up === health.up && now - told.at < repeatMs) return;
    if (tell(health)) told = { up: health.up, at: now };
  }, healthEveryMs);
  return { stop: () => clearInterval(timer) };
}
