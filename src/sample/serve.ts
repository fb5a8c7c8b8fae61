// The supervisor: owns PostgreSQL, the shop processes and the balancer, and ends them all when its parent is gone.
import { randomBytes } from 'node:crypto';
import { ownProgram } from '../environment/own-files.ts';
import { sampleContent } from './content.ts';
import { Links } from './links.ts';
import { manageChild } from './supervisor/child.ts';
import { runChild } from './supervisor/lifeline.ts';
import type { BalancerConfig, InstanceConfig, SupervisorConfig, SystemState } from './supervisor/messages.ts';
import { type Postgres, startPostgres } from './supervisor/postgres.ts';
import { warmUp } from './warm-up.ts';

const postgresRestartDelayMs = 300;
const postgresRestarts = 30;
const warmUpAtMostMs = 2500;
/** Planted: as somebody left it after looking into something slow. */
const driftedDatabase = { max_connections: '40', shared_buffers: '16MB', work_mem: '64MB' };

runChild<SupervisorConfig>(async (config, lifeline) => {
  let postgres: Postgres | undefined;
  const links = config.toxiproxyUrl === null ? null : new Links(config.toxiproxyUrl);
  const baseUrl = () => `http://127.0.0.1:${balancer.port()}`;
  const changed = () => {
    if (postgres === undefined) return;
    const upstreams = shops.map((shop) => ({ name: shop.name, url: `http://127.0.0.1:${shop.port()}` }));
    const through = (name: string) => links?.list.find((link) => link.name === `balancer to ${name}`)?.listen;
    balancer.send({
      type: 'upstreams',
      upstreams: upstreams.map(({ name, url }) => ({
        name,
        url: through(name) === undefined ? url : `http://${through(name)}`,
      })),
    });
    balancer.send({ type: 'leftovers', leftovers: { postmasterPid: postgres.pid(), folder: postgres.folder } });
    const state: SystemState = {
      baseUrl: baseUrl(),
      instances: shops.map((shop, index) => ({ name: shop.name, url: upstreams[index]?.url ?? '', pid: shop.pid() })),
      balancer: { url: `http://127.0.0.1:${balancer.adminPort()}`, pid: balancer.pid() },
      database: { url: postgres.url, pid: postgres.pid() },
      links: links?.list ?? [],
    };
    lifeline.send({ type: 'state', state });
  };
  // All processes load while PostgreSQL is made; starting one after the other would take twice as long.
  const balancer = manageChild<BalancerConfig>('balancer', ownProgram('./balancer.ts', import.meta.url), changed);
  const manageShop = (index: number) =>
    manageChild<InstanceConfig>(`shop-${index + 1}`, ownProgram('./instance.ts', import.meta.url), changed);
  const drift = config.defects.drift ?? [];
  const instances = Math.max(1, config.instances - Number(drift.includes('instances')));
  const shops = Array.from({ length: instances }, (_, index) => manageShop(index));
  const endChildren = () => Promise.all([balancer, ...shops].map((child) => child.end()));
  lifeline.onEnd(endChildren);
  // Ended first: what is being started is given up.
  const ending = new AbortController();
  lifeline.onEnd(() => ending.abort());

  const content = await sampleContent(config.version, config.seed);
  const [started] = await Promise.all([
    startPostgres(drift.includes('database') ? driftedDatabase : {}, content, ending.signal).then((server) => {
      lifeline.onEnd(async () => {
        await endChildren();
        await server.stop();
      });
      return server;
    }),
    // A port that is taken is known first.
    balancer.configure({ port: config.port }).then(() => lifeline.send({ type: 'address', baseUrl: baseUrl() })),
  ]);

  /** Of the database, for one instance. */
  const databaseUrl = async (shop: string): Promise<string> => {
    if (links === null) return started.localUrl;
    const url = new URL(started.url);
    const { listen } = await links.open(`${shop} to database`, url.host);
    url.host = listen;
    return url.href;
  };
  const secret = randomBytes(24).toString('base64url');
  const startedAtMs = Date.now();
  const configure = async (shop: ReturnType<typeof manageShop>, index: number): Promise<void> => {
    await shop.configure({
      name: shop.name,
      version: config.version,
      defects: config.defects,
      port: 0,
      databaseUrl: await databaseUrl(shop.name),
      secret,
      seed: config.seed + index,
      startedAtMs,
      log: config.log,
      accessLog: config.accessLog,
      openSignIn: config.openSignIn,
      tracesUrl: config.tracesUrl,
      redisUrl: null,
      carrierUrl: config.carrierUrl,
    });
    await links?.open(`balancer to ${shop.name}`, `127.0.0.1:${shop.port()}`);
  };
  await Promise.all(shops.map(configure));
  // One change after the other: those that are added take traffic when they are ready, those that leave finish what they have.
  const scale = async (instances: number) => {
    while (shops.length > instances) {
      const leaving = shops.pop();
      changed();
      await leaving?.leave();
    }
    const added = Array.from({ length: instances - shops.length }, (_, more) => shops.length + more);
    const fresh = await Promise.all(
      added.map(async (index) => {
        const shop = manageShop(index);
        lifeline.onEnd(() => shop.end());
        await configure(shop, index);
        return shop;
      }),
    );
    shops.push(...fresh);
    changed();
  };
  let scaling = Promise.resolve();
  lifeline.onMessage((message) => {
    if (message.type === 'relaunch') shops.find(({ name }) => name === message.name)?.relaunch(message.environment);
    if (message.type === 'scale') scaling = scaling.then(() => scale(message.instances)).catch(() => changed());
  });
  started.onDeath(() => {
    // Processes of the killed server may still hold its data: it is tried again until they are gone.
    const again = (left: number) =>
      setTimeout(() => {
        started.restart().then(changed, () => (left > 0 ? again(left - 1) : undefined));
      }, postgresRestartDelayMs);
    again(postgresRestarts);
  });
  postgres = started;
  changed();
  if (config.warmUp) {
    // Here, and not where it is measured from: who measures plans the load meanwhile, and answers nothing while it does.
    await warmUp(baseUrl(), warmUpAtMostMs, ending.signal);
  }
  lifeline.send({ type: 'started' });
});
