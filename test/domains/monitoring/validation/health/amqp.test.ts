import { expect } from 'vitest';
import { amqpProbe } from '../../../../../src/domains/monitoring/validation/health/amqp.ts';
import type { QueueLimit } from '../../../../../src/domains/monitoring/validation/health/settings.ts';
import { itWith, startRabbit } from './programs.ts';

itWith(
  'rabbitmq-server',
  'a real RabbitMQ is asked for its queues by AMQP, and refuses a wrong password',
  async () => {
    const server = await startRabbit();
    const { signal } = new AbortController();
    const of = (...queues: QueueLimit[]) =>
      amqpProbe({
        ...{ kind: 'amqp', name: 'broker', of: 'queue', timeoutS: 10, caFile: null, wrongPassword: true },
        ...{ url: `amqp://shop:right@127.0.0.1:${server.port}`, queues },
      });
    try {
      const probe = await of({ name: 'orders', messagesAtMost: 10, consumersAtLeast: 0 });
      expect(await probe.run(signal)).toEqual({ ok: true, detail: 'orders: 0 messages, 0 consumers' });
      for (const { wrong, run, reason } of probe.controls) {
        const outcome = await run(signal);
        expect([wrong, outcome.ok]).toEqual([wrong, false]);
        expect(outcome.detail).toMatch(reason);
      }
      const unread = await of({ name: 'orders', messagesAtMost: 10, consumersAtLeast: 1 });
      expect((await unread.run(signal)).detail).toBe('orders has 0 consumers, not 1');
      const missing = await of({ name: 'nowhere', messagesAtMost: 10, consumersAtLeast: 0 });
      expect((await missing.run(signal)).detail).toMatch(/^404: NOT_FOUND - no queue/);
    } finally {
      await server.stop();
    }
  },
  180_000,
);
