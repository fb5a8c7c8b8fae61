import { setTimeout as wait } from 'node:timers/promises';
import type { LedgerClient } from './client.ts';
import type { HistoryWriter, Phase } from './history.ts';
import type { ResolvedLedger } from './rules.ts';
import type { Tally } from './tally.ts';
import { hashOf, operationOf, tokenIn } from './value.ts';
import { fillsOf } from './workload.ts';

export interface ReadBackParts {
  rules: ResolvedLedger;
  client: LedgerClient;
  history: HistoryWriter;
  run: string;
  now(): number;
}

const atOnce = 8;
const tries = 5;
const pauseMs = 400;

/**
 * Reads back every write, page by page where the target can list them, one by one where not. What was acknowledged and is missed is
 * looked for by itself, and once more after a while, before it counts as gone.
 * @param written all that was ever sent
 * @returns whether everything could be asked for
 */
export async function readBack(
  parts: ReadBackParts,
  phase: Phase,
  written: Pick<Tally, 'tokens' | 'isAcknowledged' | 'idOf'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { rules, client, history, run, now } = parts;
  const acknowledged = (token: string) => written.isAcknowledged(token);
  const seen = (token: string, value: string, late: boolean) =>
    history.append({ e: 'seen', p: phase, t: now(), k: token, h: hashOf(value), ...(late ? { late: true } : {}) });
  let complete = true;

  const unread = (token: string, why: string) => {
    history.append({ e: 'unread', p: phase, t: now(), k: token, s: why });
    complete = false;
  };
  /** @returns true where it was there; false where not; what could not be asked for is noted */
  const lookUp = async (token: string, late: boolean): Promise<boolean> => {
    const id = written.idOf(token);
    if (rules.write.id !== undefined && id === undefined) {
      // Of what was never acknowledged nothing is known anyway.
      if (acknowledged(token)) unread(token, 'its answer had no id');
      return true;
    }
    for (let attempt = 1; ; attempt++) {
      const { values, status } = await client.read(rules.read, fillsOf(token, id), signal);
      if (values !== null) {
        for (const value of values) seen(token, value, late);
        return values.length > 0;
      }
      signal.throwIfAborted();
      if (attempt === tries) {
        unread(token, String(status));
        return true;
      }
      await wait(pauseMs * attempt, undefined, { signal });
    }
  };
  const lookUpAll = async (list: Iterable<string>, late: boolean): Promise<string[]> => {
    const missing: string[] = [];
    const source = list[Symbol.iterator]();
    const worker = async () => {
      for (let next = source.next(); !next.done; next = source.next()) {
        signal.throwIfAborted();
        if (!(await lookUp(next.value, late)) && acknowledged(next.value)) missing.push(next.value);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return missing;
  };

  const listed = rules.list === undefined ? null : await listAll(parts, seen, signal);
  let missing: string[];
  if (listed === null) missing = await lookUpAll(written.tokens(), false);
  else {
    missing = [...written.tokens()].filter((token) => !listed(operationOf(run, token) ?? 0) && acknowledged(token));
    missing = await lookUpAll(missing, false);
  }
  if (missing.length > 0) {
    await wait(rules.settleMs, undefined, { signal });
    await lookUpAll(missing, true);
  }
  history.append({ e: 'end', p: phase, t: now(), complete });
  return complete;
}

/** @returns which operations were listed; null where the list could not be read to its end */
async function listAll(
  { rules, client, run }: ReadBackParts,
  seen: (token: string, value: string, late: boolean) => void,
  signal: AbortSignal,
): Promise<((operation: number) => boolean) | null> {
  const found: { token: string; value: string }[] = [];
  const there = new Set<number>();
  let cursor = '';
  for (;;) {
    const page = await pageWithTries(client, cursor, signal);
    if (page === null) return null;
    for (const value of page.values) {
      const token = tokenIn(value);
      const operation = token === null ? null : operationOf(run, token);
      if (token === null || operation === null) continue;
      found.push({ token, value });
      there.add(operation);
    }
    if (page.next === null || rules.list?.next === undefined) break;
    cursor = page.next;
  }
  // Only a list that was read to its end is noted; half of one would make copies of what is then asked for one by one.
  for (const { token, value } of found) seen(token, value, false);
  return (operation) => there.has(operation);
}

async function pageWithTries(client: LedgerClient, cursor: string, signal: AbortSignal) {
  for (let attempt = 1; ; attempt++) {
    const page = await client.page(cursor, signal);
    if (page !== null || attempt === tries) return page;
    await wait(pauseMs * attempt, undefined, { signal });
  }
}
