import type { Socket } from 'node:net';
import { attempt, type Probe, unreachable, wrongPort } from './probe.ts';
import type { RedisCheck } from './settings.ts';
import { opened, Reader } from './tcp.ts';

/** Whether a Redis lets us in and can serve (https://redis.io/docs/latest/develop/reference/protocol-spec/). */
export async function redisProbe(check: RedisCheck): Promise<Probe> {
  const url = new URL(check.url);
  const right = { port: Number(url.port || 6379), password: decodeURIComponent(url.password) };
  const of = (asked: typeof right) => (signal: AbortSignal) =>
    attempt(signal, check.timeoutS * 1000, async (both) => {
      const where = { host: url.hostname, port: asked.port, tls: url.protocol === 'rediss:', caFile: check.caFile };
      const socket = await opened(where, both);
      try {
        return await spoken(new Conversation(socket), decodeURIComponent(url.username), asked.password, check);
      } finally {
        socket.destroy();
      }
    });
  const wrongLogin = {
    wrong: 'a wrong password',
    run: of({ ...right, password: 'shakedown-control' }),
    reason: /WRONGPASS|invalid password|NOAUTH/,
  };
  return {
    run: of(right),
    controls: [
      { wrong: 'a wrong port', run: of({ ...right, port: await wrongPort(url.hostname) }), reason: unreachable },
      ...(right.password !== '' && check.wrongPassword ? [wrongLogin] : []),
    ],
    withheld: [
      ...(right.password === '' ? ['a wrong password: it is used without one'] : []),
      ...(right.password !== '' && !check.wrongPassword ? ['a wrong password: not wanted'] : []),
    ],
  };
}

async function spoken(redis: Conversation, user: string, password: string, check: RedisCheck): Promise<string> {
  if (password !== '') await redis.ask('AUTH', ...(user === '' ? [] : [user]), password);
  const pong = await redis.ask('PING');
  if (pong !== 'PONG') throw new Error('PING was not answered with PONG');
  const info = factsOf(await redis.ask('INFO'));
  const troubles = troublesOf(info, check);
  if (troubles.length > 0) throw new Error(troubles.join(', '));
  const used = Math.round(Number(info.used_memory ?? 0) / 1e6);
  return `Redis ${info.redis_version ?? ''}, ${used} MB used, ${info.connected_clients ?? '?'} clients`;
}

/** What of Redis' own figures says that it does not serve as it should. */
function troublesOf(info: Record<string, string>, { memoryPercent }: Pick<RedisCheck, 'memoryPercent'>): string[] {
  const limit = Number(info.maxmemory ?? 0);
  const share = limit > 0 ? (100 * Number(info.used_memory ?? 0)) / limit : 0;
  return [
    ...(share > memoryPercent ? [`${Math.round(share)} % of its memory used, more than ${memoryPercent} %`] : []),
    ...(info.loading === '1' ? ['it is loading its data'] : []),
    ...(info.rdb_last_bgsave_status === 'err' ? ['its last save failed'] : []),
    ...(info.aof_last_write_status === 'err' ? ['its last write to the append-only file failed'] : []),
    ...(info.role === 'slave' && info.master_link_status === 'down' ? ['the link to its primary is down'] : []),
  ];
}

function factsOf(info: string): Record<string, string> {
  return Object.fromEntries(
    info.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );
}

/** Commands and answers of RESP2. */
class Conversation {
  readonly #socket: Socket;
  readonly #reader: Reader;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#reader = new Reader(socket);
  }

  /** @throws Error with what Redis says */
  async ask(...words: string[]): Promise<string> {
    this.#socket.write(
      `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`,
    );
    const line = await this.#reader.line();
    const rest = line.slice(1);
    switch (line[0]) {
      case '+':
      case ':':
        return rest;
      case '-':
        throw new Error(rest.slice(0, 120));
      case '$': {
        const length = Number(rest);
        if (!Number.isInteger(length) || length < 0) return '';
        const text = (await this.#reader.bytes(length)).toString('utf8');
        await this.#reader.bytes(2);
        return text;
      }
      default:
        throw new Error('it does not answer as Redis does');
    }
  }
}
