import { createClient, ErrorReply } from '@redis/client';
import type { Identity } from './session.ts';

const sessionS = 8 * 3600;
const stream = 'orders';
const group = 'warehouse';
const blockMs = 1000;
/** What an instance took and did not finish for so long, another takes over. */
const abandonedMs = 5000;
const atOnce = 20;
const againMs = 500;

/** Sessions of those who are signed in, and the queue from which the warehouse takes orders: the same for all instances. */
export interface Redis {
  sessions: {
    begin(id: string, user: Identity): Promise<void>;
    /** Whether it goes on. A Redis that cannot be reached signs nobody out. */
    isOpen(id: string, user: Identity): Promise<boolean>;
    end(id: string): Promise<void>;
  };
  queue: {
    add(orderId: string): Promise<void>;
    /** The instance whose warehouse took an order; null: none has yet. */
    takenBy(orderId: string): Promise<string | null>;
  };
  /** The warehouse finishes what it has taken. */
  close(): Promise<void>;
}

/** @param instance takes orders from the queue under this name @param onError says what goes wrong */
export async function openRedis(
  url: string,
  { instance, onError }: { instance: string; onError(error: Error): void },
): Promise<Redis> {
  const client = createClient({ url, socket: { reconnectStrategy: againMs }, disableOfflineQueue: true });
  // A connection of its own: waiting for an order holds up what comes after it.
  const waiting = client.duplicate();
  for (const each of [client, waiting]) each.on('error', onError);
  await Promise.all([client.connect(), waiting.connect()]);
  const session = (id: string) => `session:${id}`;
  const taken = (orderId: string) => `taken:${orderId}`;
  let isOpen = true;

  const take = async (messages: readonly ({ id: string; message: Record<string, string> } | null)[]) => {
    for (const one of messages) {
      const orderId = one?.message.order;
      if (one === null || orderId === undefined) continue;
      // Taken once, whoever takes it: what was taken over may have been done already.
      await client.set(taken(orderId), instance, { condition: 'NX', expiration: { type: 'EX', value: sessionS } });
      await client.xAck(stream, group, one.id);
    }
  };
  const warehouse = async () => {
    await client.xGroupCreate(stream, group, '0', { MKSTREAM: true }).catch((error: unknown) => {
      if (!(error instanceof ErrorReply && error.message.startsWith('BUSYGROUP'))) throw error;
    });
    while (isOpen) {
      const left = await client.xAutoClaim(stream, group, instance, abandonedMs, '0', { COUNT: atOnce });
      await take(left.messages as Parameters<typeof take>[0]);
      const found = await waiting.xReadGroup(
        group,
        instance,
        { key: stream, id: '>' },
        { BLOCK: blockMs, COUNT: atOnce },
      );
      for (const { messages } of (found ?? []) as { messages: Parameters<typeof take>[0] }[]) await take(messages);
    }
  };
  const working = (async () => {
    while (isOpen) {
      await warehouse().catch((error: unknown) => {
        if (isOpen) onError(error as Error);
      });
      if (isOpen) await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  })();

  return {
    sessions: {
      async begin(id, { userId }) {
        await client.set(session(id), String(userId), { expiration: { type: 'EX', value: sessionS } });
      },
      async isOpen(id, { userId }) {
        try {
          return (await client.get(session(id))) === String(userId);
        } catch (error) {
          onError(error as Error);
          return true;
        }
      },
      async end(id) {
        await client.del(session(id));
      },
    },
    queue: {
      async add(orderId) {
        await client.xAdd(stream, '*', { order: orderId });
      },
      takenBy: (orderId) => client.get(taken(orderId)),
    },
    async close() {
      isOpen = false;
      await working;
      for (const each of [client, waiting]) if (each.isOpen) each.destroy();
    },
  };
}
