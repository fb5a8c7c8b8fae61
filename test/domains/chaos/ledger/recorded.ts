import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../../random.ts';

/** What a store does wrong, once. */
export const defects = [
  'stale read',
  'lost write',
  'refused yet stored',
  'cas that failed and stored',
  'cas of another',
] as const;
export type Defect = (typeof defects)[number] | 'appended twice';

interface Call {
  f: 'read' | 'write' | 'cas' | 'get' | 'put' | 'append';
  key: string;
  value: string | null;
  from?: string;
}
type Answer = { type: 'ok' | 'fail'; value: string | null };

/** Applied in one step, as one process has one thread: what it does is linearizable, but for the defect that is planted for the next call. */
class Store {
  readonly #values = new Map<string, string | null>();
  readonly #before = new Map<string, string | null>();
  readonly #initial: string | null;
  planted: Defect | null = null;

  constructor(initial: string | null) {
    this.#initial = initial;
  }

  apply({ f, key, value, from }: Call): Answer {
    const defect = this.planted;
    this.planted = null;
    const now = this.#values.get(key) ?? this.#initial;
    const store = (next: string | null) => {
      this.#before.set(key, now);
      this.#values.set(key, next);
    };
    if (f === 'read' || f === 'get') {
      return { type: 'ok', value: defect === 'stale read' ? (this.#before.get(key) ?? null) : now };
    }
    if (f === 'cas') {
      const isMet = now === from;
      if (isMet || defect === 'cas of another') store(value);
      return {
        type: (isMet && defect !== 'cas that failed and stored') || defect === 'cas of another' ? 'ok' : 'fail',
        value,
      };
    }
    if (defect !== 'lost write')
      store(f === 'append' ? `${now ?? ''}${value}${defect === 'appended twice' ? value : ''}` : value);
    return { type: defect === 'refused yet stored' ? 'fail' : 'ok', value };
  }
}

/**
 * Runs clients side by side against a store of values over HTTP, that answers in any order and cuts some calls off, to carry them out later
 * or never; then does what shows the defect while nobody else is there; then lets the clients go on.
 * @returns the history as Jepsen writes it: a log of one register, or maps of several keys
 */
export async function recordHistory(form: 'register' | 'kv', seed: number, defect: Defect | null): Promise<string> {
  const random = seeded(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const store = new Store(form === 'kv' ? '' : null);
  let late = 0;
  const server = createServer(async (incoming, outgoing) => {
    const [body] = (await once(incoming, 'data')) as [Buffer];
    const call = JSON.parse(body.toString()) as Call;
    await sleep(pick(3));
    if (incoming.headers['x-certain'] === undefined && random() < 0.06) {
      incoming.socket.destroy();
      late++;
      await sleep(pick(20));
      if (random() < 0.5) store.apply(call);
      late--;
      return;
    }
    const answer = store.apply(call);
    await sleep(pick(3));
    outgoing.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const lines: string[] = [];
  let processes = 0;
  let written = 0;
  const fresh = () => String(++written);

  const note = (process: number, type: string, { f, key, from }: Call, value: string | null) => {
    if (form === 'kv') {
      const shown = f === 'get' && type === 'invoke' ? 'nil' : JSON.stringify(value ?? '');
      lines.push(`{:process ${process}, :type :${type}, :f :${f}, :key ${JSON.stringify(key)}, :value ${shown}}`);
    } else {
      const shown = f === 'cas' ? `[${from} ${value}]` : (value ?? 'nil');
      lines.push(`INFO  jepsen.util - ${process}\t:${type}\t:${f}\t${type === 'info' ? ':timed-out' : shown}`);
    }
  };
  /** @returns false: it was cut off, so that the process is none any more */
  const call = async (process: number, one: Call, isCertain = false): Promise<boolean> => {
    note(process, 'invoke', one, one.value);
    const answer = await new Promise<Answer | null>((settle) => {
      const headers = isCertain ? { 'x-certain': '1' } : {};
      const sent = request({ port, host: '127.0.0.1', method: 'POST', agent, headers }, async (incoming) => {
        const [body] = (await once(incoming, 'data')) as [Buffer];
        settle(JSON.parse(body.toString()) as Answer);
      });
      sent.on('error', () => settle(null));
      sent.end(JSON.stringify(one));
    });
    if (answer === null) note(process, 'info', one, one.value);
    else note(process, answer.type, one, answer.value);
    return answer !== null;
  };
  const some = (): Call => {
    const key = form === 'kv' ? `k${pick(3)}` : '';
    if (form === 'kv') {
      const f = (['get', 'put', 'append'] as const)[pick(3)] ?? 'get';
      return { f, key, value: f === 'get' ? null : `<${fresh()}>` };
    }
    const f = (['read', 'write', 'cas'] as const)[pick(3)] ?? 'read';
    return { f, key, value: f === 'read' ? null : fresh(), from: String(1 + pick(Math.max(1, written))) };
  };
  const crowd = async () => {
    const client = async () => {
      let process = processes++;
      for (let calls = 0; calls < 20; calls++) if (!(await call(process, some()))) process = processes++;
    };
    await Promise.all(Array.from({ length: 4 }, client));
    while (late > 0) await sleep(5);
  };
  const plant = async (planted: Defect) => {
    const process = processes++;
    const key = form === 'kv' ? 'k0' : '';
    const [write, read] = form === 'kv' ? (['put', 'get'] as const) : (['write', 'read'] as const);
    const now = fresh();
    const steps: (Call & { isWrong?: boolean })[] = [{ f: write, key, value: now }];
    const then = { key, value: fresh(), isWrong: true };
    if (planted === 'stale read')
      steps.push({ f: write, key, value: fresh() }, { f: read, key, value: null, isWrong: true });
    else if (planted === 'appended twice') steps.push({ ...then, f: 'append' });
    else if (planted === 'cas that failed and stored') steps.push({ ...then, f: 'cas', from: now });
    else if (planted === 'cas of another') steps.push({ ...then, f: 'cas', from: fresh() });
    else steps.push({ ...then, f: write });
    for (const { isWrong, ...step } of [...steps, { f: read, key, value: null, isWrong: false }]) {
      if (isWrong) store.planted = planted;
      await call(process, step, true);
    }
  };
  try {
    await crowd();
    if (defect !== null) await plant(defect);
    await crowd();
  } finally {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  }
  return `${lines.join('\n')}\n`;
}
