import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { parseJson } from '../descriptor/bounded-file.ts';
import { Gatherer } from '../descriptor/gatherer.ts';
import { type Leaf, leaves } from '../descriptor/leaves.ts';
import type { SecretKey } from '../descriptor/secrets.ts';
import { withReadings } from './readings.ts';

const maxBytes = 1_000_000;
const timeoutMs = 5000;
/** Between two reads: what moves shows it. */
const betweenMs = 1000;

export interface ServedPage {
  readonly url: string;
  /** What it shows. */
  readonly aspect: 'configuration' | 'flag' | 'version';
  /** As in keys. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a system says of itself as JSON: its settings in force, and feature flags as they are served. Each page is read twice. */
export async function gatherServed(
  pages: readonly ServedPage[],
  about: { capturedAt: string; key: SecretKey | null },
  signal: AbortSignal,
): Promise<Gatherer> {
  const gatherer = new Gatherer({
    ...about,
    kind: 'served',
    from: pages.map(({ url }) => new URL(url).pathname).join(', '),
    covers: [...new Set(pages.map(({ aspect }) => aspect))],
  });
  const first = await readAll(pages, signal);
  if (first.some(Array.isArray)) await sleep(betweenMs, undefined, { signal });
  const second = await readAll(pages, signal);
  for (const [index, { url, aspect, name }] of pages.entries()) {
    const [one, other] = [first[index] ?? null, second[index] ?? null];
    const error = [one, other].find((each) => each instanceof Error);
    if (error !== undefined) gatherer.unread([aspect], `${new URL(url).pathname} cannot be read: ${reasonOf(error)}`);
    else if (one === null && other === null) gatherer.absent(aspect, [name]);
    else if (!Array.isArray(one) || !Array.isArray(other))
      gatherer.unread([aspect], `${new URL(url).pathname} cannot be read: of two reads, one found no such page`);
    else {
      for (const { leaf, reason } of withReadings(one, other)) {
        gatherer.add(aspect, [name, ...leaf.path], leaf.value, {
          ...(leaf.value === null ? { state: 'absent' } : {}),
          ...(reason === null ? {} : { own: reason }),
        });
      }
    }
  }
  return gatherer;
}

async function readAll(pages: readonly ServedPage[], signal: AbortSignal): Promise<(Leaf[] | Error | null)[]> {
  const found: (Leaf[] | Error | null)[] = [];
  for (const page of pages) {
    try {
      found.push(await read(page, signal));
    } catch (error) {
      signal.throwIfAborted();
      found.push(error as Error);
    }
  }
  return found;
}

/** @returns null where there is no such page */
async function read({ url, headers }: ServedPage, signal: AbortSignal): Promise<Leaf[] | null> {
  const response = await fetch(url, {
    headers,
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  if (!response.ok) await response.body?.cancel();
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`it answers ${response.status}`);
  return [...leaves(parseJson(await bounded(response), new URL(url).pathname))];
}

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const caused = z.object({ cause: z.object({ code: z.string() }) });

function reasonOf(error: unknown): string {
  const found = caused.safeParse(error);
  return found.success ? found.data.cause.code : (error as Error).message.replace(/\.$/, '');
}
