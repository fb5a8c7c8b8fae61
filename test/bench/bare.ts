import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LoadInput } from '../../src/domains/load/engine.ts';
import { feedDescriptor, serveFeed } from '../../src/domains/load/k6/feed.ts';
import { favoured } from '../../src/domains/load/k6/process.ts';
import { scriptConfig } from '../../src/domains/load/k6/script-config.ts';
import { SessionWire } from '../../src/domains/load/k6/wire.ts';
import type { K6Build } from './replay.ts';

const endGraceMs = 1500;
const scripts = fileURLToPath(new URL('./k6', import.meta.url));

/**
 * Replays a plan with the k6 script as it is but for its samples, which it does not write: what the load itself costs.
 * @param onBegin called when the run's clock starts to be known
 */
export async function replayWithoutOutput(
  k6: { path: string; build: K6Build },
  input: LoadInput,
  scratch: string,
  onBegin: () => void,
): Promise<void> {
  const { plan, virtualUsers, requestTimeoutMs } = input;
  const ours = k6.build === 'shakedown';
  const configFile = join(scratch, 'no-output.json');
  const leadMs = 1000 + virtualUsers * 0.5;
  const config = scriptConfig({
    build: k6.build,
    plan,
    virtualUsers,
    requestTimeoutMs,
    connections: 'recorded',
    tls: null,
  });
  await writeFile(configFile, JSON.stringify(config));
  const lines = wireLines(input);
  let setReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    setReady = resolve;
  });
  const feed = ours
    ? null
    : await serveFeed(setReady, (error) => {
        throw error;
      });
  const flags = ['--quiet', '--no-color', '--no-usage-report', '--no-thresholds', '--summary-mode=disabled'];
  const log = ours ? [] : ['--log-output=stdout', '--log-format=raw'];
  // As the harness starts it, its priority included: whatever differs would count as the cost of measuring. But in this group, to end with it.
  const child = favoured(() =>
    spawn(k6.path, ['run', ...flags, ...log, join(scripts, ours ? 'no-output.js' : 'no-output-stock.js')], {
      stdio: ours ? ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'] : ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        GOGC: '400',
        ...(input.http2 ? {} : { GODEBUG: 'http2client=0' }),
        SHAKEDOWN_ENGINE_CONFIG: configFile,
        ...(feed === null ? { SHAKEDOWN_FEED_FD: '3', SHAKEDOWN_SAMPLES_FD: '4' } : { SHAKEDOWN_FEED: feed.url }),
      },
    }),
  );
  const ended = once(child, 'close');
  // The first thing that comes is that virtual users are there; nothing else is expected.
  const output = (ours ? child.stdio[4] : child.stdout) as Readable;
  if (ours) output.once('data', setReady);
  output.resume();
  await ready;
  onBegin();
  if (feed !== null) feed.begin(lines, Date.now() + leadMs);
  else {
    const at = process.hrtime.bigint() + BigInt(Math.round(leadMs * 1e6));
    await feedDescriptor(`monotonic ${at}\n`, lines, child.stdio[3] as Writable);
  }
  // It waits for more when all is done, as it does for the harness, which ends it.
  await wait(leadMs + plan.lastDueMs + endGraceMs);
  child.kill('SIGINT');
  await ended;
  await feed?.close();
}

async function* wireLines(input: LoadInput): AsyncGenerator<string> {
  const wire = new SessionWire(input.plan);
  for await (const session of input.sessions) yield wire.encode(session, null, 0);
}
