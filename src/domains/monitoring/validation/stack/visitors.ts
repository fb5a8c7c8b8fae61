import { setTimeout as sleep } from 'node:timers/promises';
import type { SampleSystem } from '../../../../model/sample-system.ts';

const patienceMs = 8000;
const atOnceAtMost = 60;

export interface Visitors {
  /** Requests a second, and the share of them that are orders, from now on. */
  pace(pace: { perSecond: number; orderShare: number }): void;
  stop(): Promise<void>;
}

export const usualPace = { perSecond: 12, orderShare: 0.25 };

/**
 * Visits the sample shop as customers do, so that its metrics have something to show. Requests are sent when they are due, whether or not earlier
 * ones were answered.
 */
export async function startVisitors(sample: Pick<SampleSystem, 'baseUrl' | 'instances'>): Promise<Visitors> {
  const { baseUrl } = sample;
  const login = await fetch(`${baseUrl}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'visitor@shop.example', password: 'visits-every-day' }),
    signal: AbortSignal.timeout(patienceMs),
  });
  const { token = '' } = (await login.json()) as { token?: string };
  const asUser = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ended = new AbortController();
  const underWay = new Set<Promise<void>>();
  let pace = usualPace;
  let count = 0;
  let owed = 0;
  const send = (path: string, init: RequestInit) => {
    if (underWay.size >= atOnceAtMost) return;
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(patienceMs)]);
    const done: Promise<void> = fetch(`${baseUrl}${path}`, { ...init, signal })
      .then(async (answer) => {
        await answer.arrayBuffer();
      })
      // What fails is what the shop's own metrics are to show.
      .catch(() => {})
      .finally(() => underWay.delete(done));
    underWay.add(done);
  };
  const visit = () => {
    count++;
    owed += pace.orderShare;
    if (owed >= 1) {
      owed -= 1;
      const body = JSON.stringify({
        items: [{ productId: 1 + (count % 5), quantity: 1 }],
        address: 'Visitor Street 1',
      });
      send('/api/orders', { method: 'POST', headers: asUser, body });
    } else if (count % 2 === 0) send('/api/products?limit=5', {});
    else send(`/api/products/${1 + (count % 20)}`, {});
  };
  const going = (async () => {
    while (!ended.signal.aborted) {
      visit();
      await sleep(1000 / pace.perSecond, undefined, { signal: ended.signal }).catch(() => {});
    }
  })();
  return {
    pace(next) {
      pace = next;
    },
    async stop() {
      ended.abort();
      await going;
      await Promise.all(underWay);
    },
  };
}
