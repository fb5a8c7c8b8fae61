import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { alteredAnswers } from './shop/altered-answers.ts';
import { createAnswer } from './shop/answer.ts';
import { apiRoutes } from './shop/api.ts';
import { assetRoutes } from './shop/assets.ts';
import { openDatabase } from './shop/database.ts';
import { deliveryRoutes } from './shop/delivery.ts';
import { createFaults } from './shop/faults.ts';
import { flagRoutes } from './shop/flags.ts';
import { insecureRoutes } from './shop/insecure.ts';
import { createLiveOrders } from './shop/live-orders.ts';
import { openLog } from './shop/log.ts';
import { createMetrics } from './shop/metrics.ts';
import { operationsRoutes } from './shop/operations.ts';
import { accountPages } from './shop/pages/account.ts';
import { adminPages } from './shop/pages/admin.ts';
import { basketPages } from './shop/pages/basket.ts';
import { cataloguePages } from './shop/pages/catalogue.ts';
import { preferenceRoutes } from './shop/preferences-api.ts';
import { openRedis } from './shop/redis.ts';
import { createRouter } from './shop/router.ts';
import { readSettings, shownSettings } from './shop/settings.ts';
import { createShop } from './shop/shop.ts';
import { slowRoutes } from './shop/slow-api.ts';
import { openTracing } from './shop/tracing.ts';
import { createWorkers } from './shop/workers.ts';
import { sampleDigest } from './sources.ts';
import type { Lifeline } from './supervisor/lifeline.ts';
import type { InstanceConfig } from './supervisor/messages.ts';

/** After SIGTERM: time for the balancer to see that this instance is not ready, and for open requests to finish. */
const leaveMs = 700;
const finishMs = 5000;

/** Serves the shop until the lifeline ends it. */
export async function serveInstance(config: InstanceConfig, lifeline: Lifeline): Promise<void> {
  const { name, version } = config;
  let draining = false;
  const log = openLog(config.log, config.accessLog, { instance: name, version });
  lifeline.onEnd(() => log.close());
  const tracing = config.tracesUrl === null ? null : openTracing(config.tracesUrl, name);
  lifeline.onEnd(() => tracing?.close());
  const opened = openDatabase(config.databaseUrl, (error) => log.write('warn', `database: ${error.message}`));
  lifeline.onEnd(() => opened.close());
  const database = tracing?.statements(opened) ?? opened;
  const metrics = createMetrics({ instance_name: name, version }, database.pool);
  const drift = config.defects.drift ?? [];
  const settings = readSettings(process.env.SETTINGS_FILE, drift.includes('settings'));
  const onError = (error: Error) => log.write('warn', `redis: ${error.message}`);
  const redis = config.redisUrl === null ? null : await openRedis(config.redisUrl, { instance: name, onError });
  lifeline.onEnd(() => redis?.close());
  if (redis === null) log.write('info', 'no Redis: sessions are in their cookies alone, and no order is queued');
  const onOrder = (id: string) => {
    metrics.orders.inc();
    redis?.queue.add(id).catch(onError);
  };
  const shop = createShop(config, database, { onOrder }, redis);
  const router = createRouter([
    ...cataloguePages(shop),
    ...basketPages(shop),
    ...accountPages(shop),
    ...adminPages(shop),
    ...alteredAnswers(apiRoutes(shop), config.defects.answers),
    ...preferenceRoutes(shop),
    ...slowRoutes(shop),
    ...deliveryRoutes({
      carrierUrl: config.carrierUrl,
      usualDays: settings.delivery.days,
      isBrittle: config.defects.brittle === true,
      log,
    }),
    ...(shop.insecure ? insecureRoutes : []),
    ...(await flagRoutes(process.env.FLAG_FILE)),
    ...(await assetRoutes(config.defects.uncached === true)),
    ...operationsRoutes(
      database,
      metrics.registry,
      () => draining || config.defects.neverReady === true,
      () => sampleDigest(config.version, config.defects),
      () => shownSettings(settings),
    ),
  ]);
  const faults = createFaults(config.defects, config.seed, config.startedAtMs);
  const workers = createWorkers(config.defects, config.seed, database);
  const plain = createAnswer({
    shop,
    router,
    faults,
    workers,
    metrics,
    log,
    name,
    draining: () => draining,
    sendsReferrer: !drift.includes('headers'),
  });
  const answer = tracing?.requests(plain) ?? plain;

  const server = createServer({ keepAliveTimeout: 75_000, noDelay: true }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.write('error', String(error), { path: request.url });
      response.destroy();
    });
  });
  const live = createLiveOrders(shop, { name, log, faults });
  server.on('upgrade', live.upgrade);
  lifeline.onEnd(() => {
    live.end();
    server.close();
    server.closeAllConnections();
  });
  lifeline.onDrain(async () => {
    draining = true;
    log.write('warn', 'draining');
    await sleep(leaveMs);
    const closed = once(server, 'close');
    live.leave();
    server.close();
    server.closeIdleConnections();
    await Promise.race([closed, sleep(finishMs, undefined, { ref: false })]);
  });
  await shop.catalogue.get(); // ready means warm
  server.listen({ port: config.port, host: '127.0.0.1', backlog: 1024 });
  await once(server, 'listening');
  lifeline.send({ type: 'listening', port: (server.address() as AddressInfo).port });
}
