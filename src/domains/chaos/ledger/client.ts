import { ShakedownError } from '../../../model/error.ts';
import type { LedgerRead, LedgerWrite, ResolvedLedger } from './rules.ts';
import type { Answer, Sender } from './send.ts';
import { type Fills, fill, fillBody, fillPath, valuesAt } from './template.ts';
import { isOfLedger } from './value.ts';

/** What a read showed; null: not known. */
export type Read = { values: string[] | null; status: number | string };

export type LedgerClient = ReturnType<typeof createClient>;

/** Speaks to the target in the requests of the configuration, signed in where it has a login. */
export function createClient(rules: ResolvedLedger, sender: Sender) {
  let signedIn: Record<string, string> = {};
  let signingIn: Promise<string | null> | null = null;

  const headersOf = (given: Record<string, string> | undefined, fills: Fills, body: unknown) => {
    const headers: Record<string, string> = {};
    if (body !== undefined && typeof body !== 'string') headers['content-type'] = 'application/json';
    for (const name in given) headers[name.toLowerCase()] = fill(given[name] ?? '', fills);
    return Object.assign(headers, signedIn);
  };

  /** @returns why it failed; null: signed in */
  const signIn = async (signal?: AbortSignal): Promise<string | null> => {
    const { login } = rules;
    if (login === undefined) return null;
    signedIn = {};
    const headers = headersOf(login.headers, {}, login.body);
    const answer = await sender.send(
      { method: 'POST', path: login.path, headers, body: fillBody(login.body, {}) },
      signal,
    );
    if (answer.kind !== 'answered') return answer.reason;
    if (answer.status < 200 || answer.status > 299) return `status ${answer.status}`;
    const token = valuesAt(answer.body, login.token)?.[0];
    if (token === undefined) return `no token at ${login.token} in the answer`;
    signedIn = { [login.header.toLowerCase()]: login.prefix + token };
    return null;
  };
  /** One sign-in at a time, however many clients were turned away. */
  const signInOnce = (signal?: AbortSignal) => {
    signingIn ??= signIn(signal).finally(() => {
      signingIn = null;
    });
    return signingIn;
  };

  const ask = async (
    read: Pick<LedgerRead, 'path' | 'headers'>,
    fills: Fills,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    const request = { method: 'GET', path: fillPath(read.path, fills) };
    const answer = await sender.send({ ...request, headers: headersOf(read.headers, fills, undefined) }, signal);
    if (answer.kind !== 'answered' || answer.status !== 401 || rules.login === undefined) return answer;
    if ((await signInOnce(signal)) !== null) return answer;
    return sender.send({ ...request, headers: headersOf(read.headers, fills, undefined) }, signal);
  };

  return {
    /** @throws ShakedownError LEDGER_LOGIN */
    async signIn(signal: AbortSignal): Promise<void> {
      const failed = await signInOnce(signal);
      if (failed === null) return;
      throw new ShakedownError('LEDGER_LOGIN', `The ledger cannot sign in at ${rules.login?.path}: ${failed}.`, {
        hint: 'Correct chaos.ledger.login; nothing was written.',
      });
    },
    /** Sent once, whatever the outcome: a repeated write cannot be distinguished from one that was stored twice. */
    async write(write: LedgerWrite, fills: Fills, signal?: AbortSignal): Promise<Answer> {
      const headers = headersOf(write.headers, fills, write.body);
      const request = { method: write.method, path: fillPath(write.path, fills), headers };
      const answer = await sender.send({ ...request, body: fillBody(write.body, fills) }, signal);
      if (answer.kind === 'answered' && answer.status === 401) await signInOnce(signal);
      return answer;
    },
    async read(read: LedgerRead, fills: Fills, signal?: AbortSignal): Promise<Read> {
      const answer = await ask(read, fills, signal);
      if (answer.kind !== 'answered') return { values: null, status: answer.reason };
      const { status, body } = answer;
      if (status === 404) return { values: [], status };
      if (status < 200 || status > 299) return { values: null, status };
      if (read.values === undefined) {
        if (body === '') return { values: [], status };
        // A page that says why there is nothing to see is no damaged value.
        return isOfLedger(body) ? { values: [body], status } : { values: null, status: `${status} with another text` };
      }
      const values = valuesAt(body, read.values);
      return { values, status: values === null ? `${status} without ${read.values}` : status };
    },
    /** One page of the list. @returns null where it could not be read; `next` null: the last one */
    async page(cursor: string, signal?: AbortSignal): Promise<{ values: string[]; next: string | null } | null> {
      const { list } = rules;
      if (list === undefined) return null;
      const answer = await ask(list, { cursor }, signal);
      if (answer.kind !== 'answered' || answer.status !== 200) return null;
      const values = valuesAt(answer.body, list.values);
      if (values === null) return null;
      const next = list.next === undefined ? undefined : valuesAt(answer.body, list.next)?.[0];
      return { values, next: next === undefined || next === cursor ? null : next };
    },
    close: () => sender.close(),
  };
}
