import type { Socket } from 'node:net';
import { attempt, type Probe, unreachable, wrongPort } from './probe.ts';
import type { AmqpCheck, QueueLimit } from './settings.ts';
import { opened, Reader } from './tcp.ts';

/** Whether a broker lets us in, and how its queues stand, by AMQP 0-9-1 (https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf). */
export async function amqpProbe(check: AmqpCheck): Promise<Probe> {
  const url = new URL(check.url);
  const isSecure = url.protocol === 'amqps:';
  const right = {
    port: Number(url.port || (isSecure ? 5671 : 5672)),
    password: decodeURIComponent(url.password || 'guest'),
  };
  const vhost = url.pathname.length > 1 ? decodeURIComponent(url.pathname.slice(1)) : '/';
  const of = (asked: typeof right) => (signal: AbortSignal) =>
    attempt(signal, check.timeoutS * 1000, async (both) => {
      const where = { host: url.hostname, port: asked.port, tls: isSecure, caFile: check.caFile };
      const socket = await opened(where, both);
      try {
        const login = { user: decodeURIComponent(url.username || 'guest'), password: asked.password, vhost };
        return await spoken(new Channel(socket), login, check.queues);
      } finally {
        socket.destroy();
      }
    });
  return {
    run: of(right),
    controls: [
      { wrong: 'a wrong port', run: of({ ...right, port: await wrongPort(url.hostname) }), reason: unreachable },
      ...(check.wrongPassword
        ? [
            {
              wrong: 'a wrong password',
              run: of({ ...right, password: 'shakedown-control' }),
              reason: /ACCESS_REFUSED|403|login was refused/,
            },
          ]
        : []),
    ],
    withheld: check.wrongPassword ? [] : ['a wrong password: not wanted'],
  };
}

/** Class and method of the methods that are used, as one number. */
const method = {
  start: (10 << 16) | 10,
  startOk: (10 << 16) | 11,
  tune: (10 << 16) | 30,
  tuneOk: (10 << 16) | 31,
  open: (10 << 16) | 40,
  openOk: (10 << 16) | 41,
  close: (10 << 16) | 50,
  channelOpen: (20 << 16) | 10,
  channelOpenOk: (20 << 16) | 11,
  channelClose: (20 << 16) | 40,
  declare: (50 << 16) | 10,
  declareOk: (50 << 16) | 11,
};
const methodFrame = 1;
const frameEnd = 0xce;

async function spoken(
  broker: Channel,
  { user, password, vhost }: { user: string; password: string; vhost: string },
  queues: readonly QueueLimit[],
): Promise<string> {
  broker.greet();
  await broker.expect(method.start);
  broker.send(0, method.startOk, [properties, short('PLAIN'), long(`\0${user}\0${password}`), short('en_US')]);
  const tune = await broker.expect(method.tune).catch((error: Error) => {
    // By the specification, a broker that refuses a login just hangs up.
    const { code = '' } = error as NodeJS.ErrnoException;
    throw error.message === 'cut off' || code === 'ECONNRESET' ? new Error('the login was refused') : error;
  });
  broker.send(0, method.tuneOk, [tune]);
  broker.send(0, method.open, [short(vhost), short(''), Buffer.from([0])]);
  await broker.expect(method.openOk);
  if (queues.length === 0) return 'login and virtual host accepted';
  broker.send(1, method.channelOpen, [short('')]);
  await broker.expect(method.channelOpenOk);
  const said: string[] = [];
  const troubles: string[] = [];
  for (const { name, messagesAtMost, consumersAtLeast } of queues) {
    // Passive: it is looked at and not made.
    broker.send(1, method.declare, [Buffer.alloc(2), short(name), Buffer.from([1]), Buffer.alloc(4)]);
    const answer = await broker.expect(method.declareOk);
    const at = 1 + (answer[0] ?? 0);
    const [messages, consumers] = [answer.readUInt32BE(at), answer.readUInt32BE(at + 4)];
    said.push(`${name}: ${messages} messages, ${consumers} consumers`);
    if (messages > messagesAtMost) troubles.push(`${name} has ${messages} messages, more than ${messagesAtMost}`);
    if (consumers < consumersAtLeast) troubles.push(`${name} has ${consumers} consumers, not ${consumersAtLeast}`);
  }
  if (troubles.length > 0) throw new Error(troubles.join(', '));
  return said.join(', ');
}

/** Has a broker say why it refuses a login (https://www.rabbitmq.com/docs/auth-notification). */
const properties = table('capabilities', 'F', table('authentication_failure_close', 't', Buffer.from([1])));

/** A table of one field. */
function table(name: string, type: string, value: Buffer): Buffer {
  const field = Buffer.concat([short(name), Buffer.from(type), value]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(field.length);
  return Buffer.concat([length, field]);
}

function short(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function long(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Methods to and from a broker. */
class Channel {
  readonly #socket: Socket;
  readonly #reader: Reader;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#reader = new Reader(socket);
  }

  greet(): void {
    this.#socket.write(Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1]));
  }

  send(channel: number, which: number, parts: readonly Buffer[]): void {
    const head = Buffer.alloc(11);
    const size = 4 + parts.reduce((sum, part) => sum + part.length, 0);
    head.writeUInt8(methodFrame);
    head.writeUInt16BE(channel, 1);
    head.writeUInt32BE(size, 3);
    head.writeUInt32BE(which, 7);
    this.#socket.write(Buffer.concat([head, ...parts, Buffer.from([frameEnd])]));
  }

  /**
   * What follows the method's number.
   * @throws Error for anything but that method
   */
  async expect(which: number): Promise<Buffer> {
    for (;;) {
      const head = await this.#reader.bytes(7);
      // A broker that speaks another version answers with the header of its own.
      if (head.subarray(0, 4).toString('latin1') === 'AMQP') throw new Error('it does not speak AMQP 0-9-1');
      const size = head.readUInt32BE(3);
      const body = await this.#reader.bytes(size + 1);
      if (body[size] !== frameEnd) throw new Error('it does not speak AMQP 0-9-1');
      if (head[0] !== methodFrame) continue;
      const got = body.readUInt32BE(0);
      if (got === method.close || got === method.channelClose) {
        const code = body.readUInt16BE(4);
        throw new Error(`${code}: ${body.subarray(7, 7 + (body[6] ?? 0)).toString('utf8')}`.slice(0, 160));
      }
      if (got !== which) throw new Error('it answered with another method than expected');
      return body.subarray(4, size);
    }
  }
}
