// One process of the shop.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAnswer } from './shop/answer.ts';
import { apiRoutes } from './shop/api.ts';
import { assetRoutes } from './shop/assets.ts';
import { openDatabase } from './shop/database.ts';
import { createFaults } from './shop/faults.ts';
import { openLog } from './shop/log.ts';
import { createMetrics } from './shop/metrics.ts';
import { operationsRoutes } from './shop/operations.ts';
import { accountPages } from './shop/pages/account.ts';
import { adminPages } from './shop/pages/admin.ts';
import { basketPages } from './shop/pages/basket.ts';
import { cataloguePages } from './shop/pages/catalogue.ts';
import { preferenceRoutes } from './shop/preferences-api.ts';
import { createRouter } from './shop/router.ts';
import { createShop } from './shop/shop.ts';
import { createWorkers } from './shop/workers.ts';
import { sampleDigest } from './sources.ts';
import { runChild } from './supervisor/lifeline.ts';
import type { InstanceConfig } from './supervisor/messages.ts';

/** After SIGTERM: time for the balancer to see that this instance is not ready, and for open requests to finish. */
const leaveMs = 700;
const finishMs = 5000;

runChild<InstanceConfig>(async (config, lifeline) => {
  const { name, version } = config;
  let draining = false;
  const log = openLog(config.log, config.accessLog, { instance: name, version });
  lifeline.onEnd(() => log.close());
  const database = openDatabase(config.databaseUrl, (error) => log.write('warn', `database: ${error.message}`));
  lifeline.onEnd(() => database.close());
  const metrics = createMetrics({ instance_name: name, version }, database.pool);
  const shop = createShop(config, database, { onOrder: () => metrics.orders.inc() });
  const router = createRouter([
    ...cataloguePages(shop),
    ...basketPages(shop),
    ...accountPages(shop),
    ...adminPages(shop),
    ...apiRoutes(shop),
    ...preferenceRoutes(shop),
    ...(await assetRoutes()),
    ...operationsRoutes(
      database,
      metrics.registry,
      () => draining,
      () => sampleDigest(config.version, config.defects),
    ),
  ]);
  const faults = createFaults(config.defects, config.seed, config.startedAtMs);
  const workers = createWorkers(config.defects, config.seed, database);
  const answer = createAnswer({ shop, router, faults, workers, metrics, log, name, draining: () => draining });

  const server = createServer({ keepAliveTimeout: 75_000, noDelay: true }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.write('error', String(error), { path: request.url });
      response.destroy();
    });
  });
  lifeline.onEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  lifeline.onDrain(async () => {
    draining = true;
    log.write('warn', 'draining');
    await sleep(leaveMs);
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    await Promise.race([closed, sleep(finishMs, undefined, { ref: false })]);
  });
  await shop.catalogue.get(); // ready means warm
  server.listen({ port: config.port, host: '127.0.0.1', backlog: 1024 });
  await once(server, 'listening');
  lifeline.send({ type: 'listening', port: (server.address() as AddressInfo).port });
});
