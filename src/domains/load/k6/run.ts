import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import { LoadAccounting } from '../accounting/accounting.ts';
import type { LoadInput, LoadOutcome } from '../engine.ts';
import { HandOver } from './hand-over.ts';
import type { Places } from './places.ts';
import type { K6Command } from './process.ts';
import { scriptConfig, type TlsMaterial } from './script-config.ts';

const mostAtOnce = 10_000;

/**
 * Replays the plan with k6 and accounts for it: one process after the other takes a part of the time, or several share it.
 * @throws ShakedownError ENGINE_START when k6 cannot be started or ends before its first session, ENGINE_TLS for unreadable TLS files
 */
export async function runK6(k6: K6Command, input: LoadInput, places: Places | null = null): Promise<LoadOutcome> {
  const scratch = await mkdtemp(join(tmpdir(), 'shakedown-load-'));
  const accounting = new LoadAccounting(input);
  const shards = Math.max(1, input.parallelism ?? 1);
  try {
    const connections = input.connections ?? 'recorded';
    if (k6.build === 'stock' && connections !== 'recorded') {
      input.on.warning(
        `A stock k6 cannot limit or share connections: each session has as many of its own as it needs, not \`${connections}\`.`,
      );
    }
    const config = scriptConfig({
      build: k6.build,
      connections,
      plan: input.plan,
      virtualUsers: sessionsAtOnce(k6.build, input.virtualUsers, shards),
      requestTimeoutMs: input.requestTimeoutMs,
      tls: await clientCertificate(input.tls),
    });
    const handOver = new HandOver({ k6, places, accounting, input, scriptConfig: config, scratch, shards });
    const { endedEarly, ...rest } = await handOver.run();
    await accounting.enterRest(endedEarly);
    return { ...accounting.finish(endedEarly), ...rest };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Of one k6. Ours has room for its part of what another would have, should that one die; in a stock one each costs a JavaScript runtime. */
function sessionsAtOnce(build: K6Command['build'], virtualUsers: number, shards: number): number {
  const own = Math.max(1, Math.ceil(virtualUsers / shards));
  if (build === 'stock' || shards < 2) return own;
  return Math.max(own, Math.min(Math.ceil(virtualUsers / (shards - 1)), mostAtOnce));
}

async function clientCertificate(tls: LoadInput['tls']): Promise<TlsMaterial | null> {
  if (tls.certFile === null || tls.keyFile === null) return null;
  try {
    return { cert: await readFile(tls.certFile, 'utf8'), key: await readFile(tls.keyFile, 'utf8') };
  } catch (cause) {
    throw new ShakedownError('ENGINE_TLS', `The client certificate cannot be read: ${(cause as Error).message}.`, {
      hint: 'See target.tls in the configuration.',
      cause,
    });
  }
}
