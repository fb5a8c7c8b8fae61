import type { LedgerClient, Read } from './client.ts';
import type { Entry, HistoryWriter } from './history.ts';
import { outcomeOf } from './outcome.ts';
import type { ResolvedLedger } from './rules.ts';
import type { Answer } from './send.ts';
import { type Fills, idIn } from './template.ts';
import { hashOf, tokenOf, valueUnder } from './value.ts';

/** What was attempted and answered so far. */
export interface LedgerCounts {
  writes: number;
  acknowledged: number;
  refused: number;
  unknown: number;
  reads: number;
}

export interface WorkloadParts {
  rules: ResolvedLedger;
  client: LedgerClient;
  history: HistoryWriter;
  /** Names the tokens. */
  run: string;
  now(): number;
  random(): number;
}

const registersAtOnce = 2;
const remembered = 64;
/** Shares of operations: reads of what was written, and calls on registers. */
const shares = { check: 0.15, register: 0.25 };
const registerShares = { get: 0.45, set: 0.3 };

/** N clients that write, read what was written, and use registers, at a modest rate. */
export function createWorkload({ rules, client, history, run, now, random }: WorkloadParts) {
  const counts: LedgerCounts = { writes: 0, acknowledged: 0, refused: 0, unknown: 0, reads: 0 };
  const written: { token: string; id: string | undefined }[] = [];
  const keys: { name: string; left: number }[] = [];
  const lastSeen = new Map<string, string>();
  const allKeys: string[] = [];
  let operations = 0;

  const done = (n: number, answer: Answer, outcome: 'ok' | 'fail' | 'info', id?: string) => {
    const s = answer.kind === 'answered' ? answer.status : answer.reason;
    history.append({ e: outcome, n, t: now(), s, ...(id === undefined ? {} : { i: id }) });
  };

  const write = async (
    c: number,
    signal?: AbortSignal,
  ): Promise<{ token: string; id: string | undefined; outcome: 'ok' | 'fail' | 'info' }> => {
    const n = operations++;
    const token = tokenOf(run, n);
    const value = valueUnder(token);
    history.append({ e: 'invoke', n, t: now(), c, f: 'write', k: token, h: hashOf(value) });
    counts.writes++;
    const answer = await client.write(rules.write, { token, value, key: token }, signal);
    const outcome = outcomeOf(answer, rules.write);
    const place = rules.write.id;
    const id = place !== undefined && answer.kind === 'answered' ? idIn(answer, place) : undefined;
    done(n, answer, outcome, id);
    counts[outcome === 'ok' ? 'acknowledged' : outcome === 'fail' ? 'refused' : 'unknown']++;
    // Where it has no id it cannot be looked for; reading back says so.
    if (outcome === 'ok' && (place === undefined || id !== undefined)) {
      written[counts.acknowledged % remembered] = { token, id };
    }
    return { token, id, outcome };
  };

  const check = async (
    c: number,
    { token, id }: { token: string; id?: string | undefined },
    signal?: AbortSignal,
  ): Promise<Read> => {
    const n = operations++;
    history.append({ e: 'invoke', n, t: now(), c, f: 'check', k: token });
    const read = await client.read(rules.read, fillsOf(token, id), signal);
    const { values, status } = read;
    if (values === null) history.append({ e: 'info', n, t: now(), s: status });
    else {
      counts.reads++;
      history.append({ e: 'ok', n, t: now(), s: status, h: values.map(hashOf) });
    }
    return read;
  };

  const get = async (c: number, key: string, signal?: AbortSignal): Promise<boolean> => {
    if (rules.register === undefined) return true;
    const n = operations++;
    history.append({ e: 'invoke', n, t: now(), c, f: 'get', k: key });
    const { values, status } = await client.read(rules.register.read, { key, token: key }, signal);
    if (values === null) {
      history.append({ e: 'info', n, t: now(), s: status });
      return false;
    }
    counts.reads++;
    const v = values[0] ?? null;
    history.append({ e: 'ok', n, t: now(), s: status, v });
    if (v !== null) lastSeen.set(key, v);
    return true;
  };

  const store = async (c: number, key: string, expected: string | null, signal: AbortSignal): Promise<void> => {
    const { register } = rules;
    if (register === undefined) return;
    const n = operations++;
    const v = valueUnder(tokenOf(run, n));
    const by = expected === null ? register.write : (register.cas ?? register.write);
    const common = { e: 'invoke', n, t: now(), c, k: key, v } as const;
    const entry: Entry = expected === null ? { ...common, f: 'set' } : { ...common, f: 'cas', x: expected };
    history.append(entry);
    const answer = await client.write(by, { key, value: v, token: key, expected: expected ?? '' }, signal);
    const mismatch =
      expected !== null && answer.kind === 'answered' && (answer.status === 409 || answer.status === 412);
    done(n, answer, mismatch ? 'fail' : outcomeOf(answer));
  };

  const onRegister = async (c: number, signal: AbortSignal): Promise<void> => {
    const index = Math.floor(random() * registersAtOnce);
    let key = keys[index];
    if (key === undefined || key.left <= 0) {
      key = { name: `${run}-r${allKeys.length}`, left: rules.register?.callsPerKey ?? 0 };
      keys[index] = key;
      allKeys.push(key.name);
      lastSeen.clear();
    }
    key.left--;
    const dice = random();
    if (dice < registerShares.get) return void (await get(c, key.name, signal));
    const expected = lastSeen.get(key.name);
    const swaps =
      rules.register?.cas !== undefined && expected !== undefined && dice >= registerShares.get + registerShares.set;
    await store(c, key.name, swaps ? expected : null, signal);
  };

  const one = async (c: number, signal: AbortSignal): Promise<void> => {
    const dice = random();
    if (rules.register !== undefined && dice < shares.register) return onRegister(c, signal);
    // By number, as those that have no id leave gaps.
    const known = written[Math.floor(random() * written.length)];
    if (known !== undefined && dice > 1 - shares.check) await check(c, known, signal);
    else await write(c, signal);
  };

  return {
    counts,
    /** Keys of every register that was used. */
    registers: allKeys as readonly string[],
    write,
    check,
    get,
    /**
     * A read that the target answers when it is well: of what was never written, and where that is not answered, or no other id can
     * be asked for, of something that was.
     */
    async ask(signal: AbortSignal): Promise<Read> {
      const known = written.find(Boolean);
      if (known !== undefined && rules.write.id !== undefined) return check(0, known, signal);
      const read = await check(0, { token: 'none' }, signal);
      return read.values !== null || known === undefined ? read : check(0, known, signal);
    },
    /** Until the signal fires; what is under way then is waited for, as an answer makes it known. */
    async run(signal: AbortSignal, hard: AbortSignal): Promise<void> {
      const everyMs = (1000 * rules.clients) / rules.ratePerSecond;
      const pause = pausing(signal);
      const client = async (c: number) => {
        let due = now() + random() * everyMs;
        while (!signal.aborted) {
          const early = due - now();
          if (early > 0) await pause(early);
          if (signal.aborted) break;
          await one(c, hard);
          // What could not be sent in time is not made up for: the ledger's load stays modest.
          due = Math.max(due + everyMs, now());
        }
      };
      await Promise.all(Array.from({ length: rules.clients }, (_, c) => client(c)));
    },
  };
}

/** What a read of one write is filled with. */
export function fillsOf(token: string, id: string | undefined): Fills {
  return { token, key: token, ...(id === undefined ? {} : { id }) };
}

/** Pauses that all end when the signal fires, by one listener for all of them; they keep no process alive. */
function pausing(signal: AbortSignal): (ms: number) => Promise<void> {
  const ends = new Set<() => void>();
  signal.addEventListener('abort', () => {
    for (const end of ends) end();
  });
  return (ms) =>
    new Promise((resolve) => {
      ends.add(resolve);
      setTimeout(() => {
        ends.delete(resolve);
        resolve();
      }, ms).unref();
    });
}
