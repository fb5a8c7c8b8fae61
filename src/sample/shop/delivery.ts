import { HttpProblem, json, type Route } from './http.ts';
import type { Log } from './log.ts';

/** So long the shop waits for its carrier. */
const waitMs = 1000;

interface Delivery {
  /** Of the carrier; null: there is none to be asked. */
  carrierUrl: string | null;
  /** How many days it takes where the carrier does not say. */
  usualDays: number;
  /** Planted: it waits for the carrier however long that takes, and fails with it. */
  isBrittle: boolean;
  log: Log;
}

/** How many days a delivery takes: as the carrier says, or as is usual. */
export function deliveryRoutes({ carrierUrl, usualDays, isBrittle, log }: Delivery): Route[] {
  const usual = { days: usualDays, from: 'shop' };
  return [
    {
      method: 'GET',
      path: '/api/delivery-days',
      kind: 'api',
      async handle() {
        if (carrierUrl === null) return json(usual);
        try {
          return json({
            days: await daysOf(carrierUrl, isBrittle ? null : AbortSignal.timeout(waitMs)),
            from: 'carrier',
          });
        } catch (error) {
          if (isBrittle) throw new HttpProblem(502, 'The carrier does not answer.');
          log.write('warn', `carrier: ${(error as Error).message}`);
          return json(usual);
        }
      },
    },
  ];
}

async function daysOf(carrierUrl: string, signal: AbortSignal | null): Promise<number> {
  const answer = await fetch(`${carrierUrl}/days`, { signal, redirect: 'error' });
  const { days } = (await answer.json()) as { days?: unknown };
  if (!answer.ok || typeof days !== 'number') throw new Error(`answered with ${answer.status}`);
  return days;
}
