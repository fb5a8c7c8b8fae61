import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.ts';
import { rulesAnswer } from './answers.ts';
import { PrometheusApi } from './api.ts';

const scrapes = 4;
const everyMs = 500;
const atMostMs = 90_000;

/**
 * Waits until a Prometheus that was just started has scraped every target a few times and evaluated its rules. The user's own is taken as it is. Where it
 * does not come to that in time, it is looked at as it is then.
 */
export async function settled({ isOwn, prometheus, sample }: Stack, signal: AbortSignal): Promise<void> {
  if (!isOwn) return;
  const api = new PrometheusApi(prometheus, signal);
  const targets = Object.values(sample?.targets ?? {}).reduce((sum, list) => sum + list.length, 0);
  const until = performance.now() + atMostMs;
  while (performance.now() < until) {
    const isReady = await looked(api, targets).catch(() => false);
    signal.throwIfAborted();
    if (isReady) return;
    await sleep(everyMs, undefined, { signal });
  }
}

async function looked(api: PrometheusApi, targets: number): Promise<boolean> {
  const scraped = await api.instant(`count(count_over_time(up[10m]) >= ${scrapes})`);
  if ((scraped[0]?.value ?? 0) < targets) return false;
  const { groups } = (await api.ask('/api/v1/rules', rulesAnswer)).data;
  return groups.every(({ rules }) => rules.every(({ health }) => health !== 'unknown'));
}
