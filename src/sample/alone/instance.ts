// An instance of the shop that nobody supervises: it outlives who deployed it.
import { serveInstance } from '../serve-instance.ts';
import { runAlone } from '../supervisor/lifeline.ts';
import type { InstanceConfig } from '../supervisor/messages.ts';

runAlone<Pick<InstanceConfig, 'version' | 'defects' | 'seed'>>((config, lifeline) =>
  serveInstance(
    {
      ...config,
      name: process.env.INSTANCE ?? 'shop',
      port: Number(process.env.PORT ?? 0),
      databaseUrl: process.env.DATABASE_URL ?? '',
      secret: process.env.SESSION_SECRET ?? '',
      startedAtMs: Date.now(),
      log: process.env.REQUEST_LOG ?? null,
      accessLog: true,
      openSignIn: true,
      tracesUrl: process.env.TRACES_URL ?? null,
      redisUrl: process.env.REDIS_URL ?? null,
      carrierUrl: null,
    },
    lifeline,
  ),
);
