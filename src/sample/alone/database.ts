// The shop's database and its Redis, for versions that come and go: they outlive who deployed them.
import { randomBytes } from 'node:crypto';
import { replaceFile } from '../../evidence/atomic-file.ts';
import type { SampleVersion } from '../../model/sample-system.ts';
import { sampleContent } from '../content.ts';
import { runAlone } from '../supervisor/lifeline.ts';
import { startPostgres } from '../supervisor/postgres.ts';
import { startRedis } from '../supervisor/redis.ts';

const restartDelayMs = 300;

runAlone<{ version: SampleVersion; seed: number }>(async ({ version, seed }, lifeline) => {
  const postgres = await startPostgres({}, await sampleContent(version, seed));
  lifeline.onEnd(() => postgres.stop());
  postgres.onDeath(() => {
    const again = () => setTimeout(() => postgres.restart().catch(again), restartDelayMs);
    again();
  });
  const redis = await startRedis();
  lifeline.onEnd(() => redis?.stop());
  const environment = {
    DATABASE_URL: postgres.localUrl,
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
    SESSION_SECRET: randomBytes(24).toString('base64url'),
  };
  const file = process.env.STATE_FILE ?? '';
  const state = { environment, url: postgres.url, pids: [postgres.pid(), ...(redis === null ? [] : [redis.pid])] };
  await replaceFile(file, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  // A timer, as nothing else may be left to do.
  const timer = setInterval(() => {}, 3_600_000);
  lifeline.onEnd(() => clearInterval(timer));
});
