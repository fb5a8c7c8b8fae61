import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { runProgram } from '../../../environment/run-program.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { LocalProgram, LocalRelease, LocalSystem } from '../../../model/local-system.ts';
import type { ValidationContext } from '../../validation.ts';
import type { Arm, Arms } from './arms.ts';

const startTimeoutMs = 60_000;
const lookEveryMs = 50;
const endGraceMs = 10_000;
const warmUps = 4;

/**
 * The bundled sample system: two instances of the current version and one of the candidate, each with a database of its own that is a copy of the same one.
 * @throws ShakedownError NOT_CONFIGURED, REGRESSION_ARM
 */
export async function sampleArms({ config, services, teardown, signal, phase }: ValidationContext): Promise<Arms> {
  const { sample } = config.target;
  if (services === null || sample === null)
    throw new ShakedownError('NOT_CONFIGURED', 'The sample system cannot be started here.', {
      hint: 'Use `shakedown validate final`.',
    });
  const before = config.baselineVersion ?? 'v2.0.0';
  const [good, planted] = [services.sampleSystem('none'), services.sampleSystem(sample.defects)];
  // A build such as v2.1.0-regressed brings its own defects.
  const candidate = planted.versions.includes(config.version) ? config.version : sample.version;
  const plans: readonly [Arm['id'], LocalRelease][] = [
    ['current', good.release(before)],
    ['again', good.release(before)],
    ['candidate', planted.release(candidate)],
  ];
  const scratch = await mkdtemp(join(tmpdir(), 'shakedown-regression-'));
  teardown.before('remove what the arms of the comparison shared', () => rm(scratch, { recursive: true, force: true }));
  const environment = await startShared(good, scratch, teardown, signal);
  const arms: Arm[] = [];
  for (const [number, [id, release]] of plans.entries()) {
    phase(`starting ${release.version} for the arm ${id}`);
    const own = { ...environment, ...(await ownData(environment, id, number)), ENDS_WITH: String(process.pid) };
    await prepare(release, own, signal);
    const port = await freePort();
    const started = start(release.instance, { ...own, INSTANCE: 'shop', PORT: String(port), VERSION: release.version });
    teardown.before(`stop the arm ${id}`, () => stop(started));
    const baseUrl = `http://127.0.0.1:${port}`;
    await ready(`${baseUrl}${good.healthPath}`, started, id, signal);
    await warmUp(baseUrl, good.warmUpPaths, signal);
    const { artifactPath } = good;
    arms.push({
      id,
      version: release.version,
      baseUrl,
      artifactUrl: artifactPath === null ? null : `${baseUrl}${artifactPath}`,
    });
  }
  const [current, again, last] = arms as [Arm, Arm, Arm];
  return { arms: [current, again, last], tls: {}, sideBySide: true, prepare: async () => {} };
}

/** @returns environment of all arms */
async function startShared(
  { shared }: LocalSystem,
  scratch: string,
  teardown: ValidationContext['teardown'],
  signal: AbortSignal,
): Promise<Record<string, string>> {
  if (shared === null) return {};
  const file = join(scratch, 'shared.json');
  const started = start(shared, { STATE_FILE: file, ENDS_WITH: String(process.pid) });
  teardown.before('stop what the arms of the comparison share', () => stop(started));
  const until = performance.now() + startTimeoutMs;
  while (!existsSync(file)) {
    signal.throwIfAborted();
    if (started.child.exitCode !== null || performance.now() > until) throw notStarted('What all arms share', started);
    await sleep(lookEveryMs);
  }
  return (JSON.parse(readFileSync(file, 'utf8')) as { environment: Record<string, string> }).environment;
}

/** A copy of the database as it is, and a database of Redis. */
async function ownData(
  environment: Readonly<Record<string, string>>,
  id: string,
  number: number,
): Promise<Record<string, string>> {
  const { DATABASE_URL: url, REDIS_URL: redis } = environment;
  if (url === undefined) return {};
  const at = (name: string) => url.replace(/\/[^/?@]+(?=\?|$)/, `/${name}`);
  const [template = ''] = /[^/?@]+(?=\?|$)/.exec(url) ?? [];
  const client = new pg.Client(at('postgres'));
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(`arm_${id}`)} TEMPLATE ${pg.escapeIdentifier(template)}`);
  } finally {
    await client.end();
  }
  return { DATABASE_URL: at(`arm_${id}`), ...(redis === undefined ? {} : { REDIS_URL: `${redis}/${number}` }) };
}

async function prepare(
  { prepare: program, version }: LocalRelease,
  environment: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  if (program === null) return;
  const [name = '', ...args] = program.argv;
  const outcome = await runProgram(name, args, {
    ...{ timeoutMs: startTimeoutMs, signal },
    env: { ...process.env, ...program.environment, ...environment, VERSION: version },
  });
  signal.throwIfAborted();
  if (outcome.kind === 'ended' && outcome.code === 0) return;
  const why = outcome.kind === 'failed' ? outcome.reason : outcome.stderr.trim().split('\n').at(-1);
  throw new ShakedownError('REGRESSION_ARM', `What prepares ${version} failed: ${why}.`);
}

interface Started {
  child: ChildProcess;
  errors(): string;
}

function start({ argv, environment, folder }: LocalProgram, more: Readonly<Record<string, string>>): Started {
  const [program = '', ...args] = argv;
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...own } = process.env;
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C is for this process, which still has something to finish.
    detached: true,
    env: { ...own, ...environment, ...more },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  let last = '';
  child.on('error', ({ message }) => {
    last = message;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    last = `${last}${chunk}`.slice(-4000);
  });
  return { child, errors: () => last.trim().split('\n').at(-1) ?? '' };
}

async function stop({ child }: Started): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), endGraceMs);
  await gone;
  clearTimeout(timer);
}

async function ready(url: string, started: Started, id: string, signal: AbortSignal): Promise<void> {
  const until = performance.now() + startTimeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const isReady = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (started.child.exitCode !== null || performance.now() > until) throw notStarted(`The arm ${id}`, started);
    await sleep(lookEveryMs);
  }
}

/** What has just been loaded is slower, and that is no property of a version. */
async function warmUp(baseUrl: string, paths: readonly string[], signal: AbortSignal): Promise<void> {
  for (let i = 0; i < warmUps; i++)
    for (const path of paths)
      await fetch(`${baseUrl}${path}`, { signal }).then(
        (answer) => answer.text(),
        () => '',
      );
}

function notStarted(what: string, { errors }: Started): ShakedownError {
  return new ShakedownError('REGRESSION_ARM', `${what} did not start: ${errors() || 'it was not ready in time'}.`, {
    hint: '`shakedown doctor` shows what is missing.',
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
