import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownProgram } from '../environment/own-files.ts';
import { exitCodes, ShakedownError } from '../model/error.ts';
import type { SampleSystem } from '../model/sample-system.ts';
import { startCarrier } from './carrier.ts';
import type { SampleOptions } from './options.ts';
import { restartDatabase } from './restart.ts';
import type { FromSupervisor, SupervisorConfig, SystemState } from './supervisor/messages.ts';
import { endChild, spawnOwn } from './supervisor/spawn.ts';

/** A supervisor that does not end by itself is killed; its children then see that and end. */
const stopGraceMs = 10_000;
const scaleAtMostMs = 120_000;

/**
 * Starts the sample system: PostgreSQL, the shop's instances and a balancer, each a process of its own, all on 127.0.0.1, owned by
 * a supervisor that ends them and removes the data when `stop()` is called or when this process is gone, even by SIGKILL. The shop's carrier
 * answers in this process.
 * @throws ShakedownError SAMPLE_PORT_TAKEN, SAMPLE_PORT, POSTGRES_MISSING, POSTGRES_FAILED, SAMPLE_FAILED; the signal's reason when aborted
 */
export async function startSample(options: SampleOptions = {}): Promise<SampleSystem> {
  const { signal } = options;
  signal?.throwIfAborted();
  const { port = 0 } = options;
  if (port !== 0) await checkPort(port);
  const carrier = await startCarrier();
  const config: SupervisorConfig = {
    version: options.version ?? 'v2.0.0',
    defects: options.defects ?? {},
    instances: options.instances ?? 3,
    port,
    log: options.log ?? null,
    accessLog: options.accessLog ?? false,
    openSignIn: options.openSignIn ?? true,
    seed: options.seed ?? 1,
    toxiproxyUrl: options.toxiproxyUrl ?? null,
    warmUp: options.warmUp ?? false,
    tracesUrl: options.tracesUrl ?? null,
    carrierUrl: carrier.url,
  };
  // In a group of its own: Ctrl-C is for the caller, who still has something to finish before it stops the target.
  const supervisor = spawnOwn(ownProgram('./serve.ts', import.meta.url), { detached: true });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      if (supervisor.process.connected) supervisor.process.send({ type: 'stop' }, () => {});
      await endChild(supervisor, stopGraceMs);
      await carrier.close();
    })();
    return stopping;
  };
  const aborted = () => void stop();
  signal?.addEventListener('abort', aborted, { once: true });
  if (signal?.aborted) aborted();
  supervisor.exited.then(() => signal?.removeEventListener('abort', aborted));

  let state!: SystemState;
  supervisor.process.on('message', (message: FromSupervisor) => {
    if (message.type === 'state') state = message.state;
  });
  try {
    supervisor.process.send({ type: 'start', config }, () => {});
    await untilStarted(supervisor, config.port, options.addressed ?? (() => {}));
  } catch (error) {
    await stop();
    signal?.throwIfAborted();
    throw error;
  }
  const scale = async (instances: number) => {
    supervisor.process.send({ type: 'scale', instances }, () => {});
    const until = performance.now() + scaleAtMostMs;
    while (state.instances.length !== instances) {
      if (performance.now() > until || stopping !== undefined) {
        const message = `The sample system has ${state.instances.length} instances, not ${instances} as asked for.`;
        throw new ShakedownError('SAMPLE_SCALE', message, { exitCode: exitCodes.internal });
      }
      await sleep(50);
    }
  };
  const system: SampleSystem = {
    baseUrl: state.baseUrl,
    version: config.version,
    carrier,
    get instances() {
      return state.instances;
    },
    get balancer() {
      return state.balancer;
    },
    get links() {
      return state.links;
    },
    get database() {
      return state.database;
    },
    async relaunch(name, environment) {
      const pidOf = () => state.instances.find((each) => each.name === name)?.pid;
      const was = pidOf();
      if (was === undefined) throw new ShakedownError('SAMPLE_INSTANCE', `The sample system has no instance ${name}.`);
      supervisor.process.send({ type: 'relaunch', name, environment }, () => {});
      while (pidOf() === was && supervisor.process.connected) {
        await Promise.race([once(supervisor.process, 'message'), supervisor.exited]);
      }
    },
    scale,
    restartDatabase: (during) => restartDatabase(system, during),
    stop,
  };
  return system;
}

/** Asked here too, as the supervisor would notice only after it has begun to make a database. */
async function checkPort(port: number): Promise<void> {
  const probe = createServer();
  const outcome = once(probe, 'listening');
  try {
    probe.listen(port, '127.0.0.1');
    await outcome;
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw portTaken(port);
    const message = `Port ${port} of 127.0.0.1 cannot be used (${code}).`;
    throw new ShakedownError('SAMPLE_PORT', message, { hint: 'Use a port above 1023, or 0 for any free one.', cause });
  }
  probe.close();
  await once(probe, 'close');
}

function portTaken(port: number): ShakedownError {
  return new ShakedownError('SAMPLE_PORT_TAKEN', `Port ${port} of 127.0.0.1 is taken.`, {
    hint: `End what listens on port ${port}, or use port 0 for any free one.`,
  });
}

async function untilStarted(
  supervisor: ReturnType<typeof spawnOwn>,
  port: number,
  addressed: (baseUrl: string) => void,
): Promise<void> {
  type Failed = FromSupervisor & { type: 'failed' };
  const ended = supervisor.exited.then((): Failed => {
    const message = `The sample system ended while it started. ${supervisor.errors()}`.trim();
    return { type: 'failed', code: 'SAMPLE_FAILED', message, hint: null };
  });
  const said = new Promise<Failed | null>((resolve) => {
    supervisor.process.on('message', (message: FromSupervisor) => {
      if (message.type === 'address') addressed(message.baseUrl);
      else if (message.type === 'failed') resolve(message);
      else if (message.type === 'started') resolve(null);
    });
  });
  const failed = await Promise.race([said, ended]);
  if (failed === null) return;
  if (failed.code === 'SAMPLE_PORT_TAKEN') throw portTaken(port);
  throw new ShakedownError(failed.code, failed.message, {
    hint: failed.hint ?? 'Test a system of your own, or report this.',
    exitCode: failed.code === 'SAMPLE_FAILED' ? exitCodes.internal : exitCodes.missingProgram,
  });
}
