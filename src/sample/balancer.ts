// The balancer: round robin over the instances that are ready, with active and passive checks.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getPriority, setPriority } from 'node:os';
import { ShakedownError } from '../model/error.ts';
import { adminServer } from './balancer/admin.ts';
import { proxy } from './balancer/proxy.ts';
import { createUpstreams } from './balancer/upstreams.ts';
import { removeLeftovers } from './supervisor/leftovers.ts';
import { runChild } from './supervisor/lifeline.ts';
import type { BalancerConfig, Leftovers } from './supervisor/messages.ts';

// A balancer has a machine of its own where there is one to have. Here it shares a few cores with all it serves, and Node accepts one
// connection a turn: held up, it would make new visitors wait for seconds, which no real balancer does.
try {
  setPriority(getPriority() - 10);
} catch {
  // Not allowed to this user: then it waits its turn.
}

runChild<BalancerConfig>(async (config, lifeline) => {
  const upstreams = createUpstreams();
  lifeline.onEnd(() => upstreams.close());
  let leftovers: Leftovers | undefined;
  lifeline.onMessage((message) => {
    if (message.type === 'upstreams') upstreams.set(message.upstreams);
    if (message.type === 'leftovers') leftovers = message.leftovers;
  });
  lifeline.onOrphaned(() => (leftovers === undefined ? undefined : removeLeftovers(leftovers)));

  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (request, response) =>
    proxy(upstreams, request, response),
  );
  const admin = adminServer(upstreams);
  for (const each of [server, admin]) {
    lifeline.onEnd(() => {
      each.close();
      each.closeAllConnections();
    });
  }
  server.listen({ port: config.port, host: '127.0.0.1', backlog: 1024 });
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new ShakedownError('SAMPLE_PORT_TAKEN', `Port ${config.port} of 127.0.0.1 is taken.`);
  }
  admin.listen(0, '127.0.0.1');
  await once(admin, 'listening');
  lifeline.send({
    type: 'listening',
    port: (server.address() as AddressInfo).port,
    adminPort: (admin.address() as AddressInfo).port,
  });
});
