import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../environment/free-port.ts';
import { ownProgram } from '../../../environment/own-files.ts';
import { runProgram } from '../../../environment/run-program.ts';
import { identify, lives } from '../../../evidence/process.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import { lastWords } from '../database/steps/last-words.ts';
import type { ResolvedDeployment } from '../settings.ts';
import { stagingId } from '../staging-id.ts';
import { endStanding, startStanding } from '../standing.ts';
import { Cluster, type KubernetesDeployment } from '../system/kubernetes/cluster.ts';
import { commandSwitch } from './command.ts';
import { embeddedSwitch } from './embedded/embedded.ts';
import { envoyConfiguration } from './envoy/configuration.ts';
import { envoySwitch, writeEndpoints } from './envoy/envoy.ts';
import { haproxyConfiguration } from './haproxy/configuration.ts';
import { haproxySwitch } from './haproxy/haproxy.ts';
import { kubernetesSwitch, makeService } from './kubernetes/kubernetes.ts';
import { nginxConfiguration } from './nginx/configuration.ts';
import { nginxFile, nginxSwitch } from './nginx/nginx.ts';
import { writeRoutes } from './nginx/routes.ts';
import type { StandingSwitch } from './standing-switch.ts';
import { sideNames, type TrafficSwitch } from './traffic-switch.ts';

type SwitchSettings = ResolvedDeployment['switch'];

const startTimeoutMs = 20_000;
const lookEveryMs = 30;
const endGraceMs = 3000;

/**
 * Starts what moves traffic, so that it outlives this process.
 * @throws ShakedownError SWITCH_MISSING, SWITCH_UNREACHABLE
 */
export async function startSwitch(deployment: ResolvedDeployment, scratch: string): Promise<StandingSwitch> {
  const settings = deployment.switch;
  const { driver, port: wanted, command } = settings;
  if (driver === 'command') {
    return { driver, version: '', baseUrl: command?.url ?? '', control: '', log: null, process: null };
  }
  if (driver === 'kubernetes') {
    const control = stagingId(scratch);
    const cluster = new Cluster(clusterOf(deployment), control);
    const baseUrl = await makeService(cluster, { ...settings.kubernetes, port: wanted });
    return { driver, version: '', baseUrl, control, log: null, process: null };
  }
  const port = wanted === 0 ? await freePort() : wanted;
  const [control, log] = [join(scratch, 'switch.sock'), join(scratch, 'switch.ndjson')];
  await writeFile(log, '', { mode: 0o600 });
  const where = { port, socket: control, log, scratch };
  const { version, argv, environment, output } =
    driver === 'embedded' ? embedded(where, settings.cuts) : await programs[driver](where, settings);
  const process = await startStanding({ argv, environment: {} }, environment, output);
  return awaited({ driver, baseUrl: `http://127.0.0.1:${port}`, control, log, version, process }, deployment, output);
}

interface Where {
  port: number;
  socket: string;
  log: string;
  scratch: string;
}

/** How a switch is started. */
interface Start {
  version: string;
  argv: string[];
  environment: Record<string, string>;
  /** File that what it prints is added to. */
  output: string;
}

function embedded({ port, socket: control, log, scratch }: Where, cuts: boolean): Start {
  return {
    version: '',
    argv: [globalThis.process.execPath, ...ownProgram('./embedded/proxy.ts', import.meta.url)],
    environment: { SHAKEDOWN_SWITCH: JSON.stringify({ port, control, log, cuts }) },
    output: join(scratch, 'switch.log'),
  };
}

/** Those that are programs of others: their configuration is written, and how they are started. */
const programs: Record<'haproxy' | 'envoy' | 'nginx', (where: Where, settings: SwitchSettings) => Promise<Start>> = {
  async haproxy({ port, socket, log, scratch }, { haproxyPath, sticky }) {
    const program = haproxyPath ?? 'haproxy';
    const version = await versionOf('HAProxy', program, ['-v'], /version (\d+\.\d+\.\d+)/);
    const file = join(scratch, 'haproxy.cfg');
    await writeFile(file, haproxyConfiguration({ port, socket, sticky: sticky !== 'off' }), { mode: 0o600 });
    return { version, argv: [program, '-db', '-f', file], environment: {}, output: log };
  },
  async envoy({ scratch, ...where }, { envoyPath }) {
    const program = envoyPath ?? 'envoy';
    const version = await versionOf('Envoy', program, ['--version'], /\/(\d+\.\d+\.\d+)\//);
    const endpoints = envoyEndpoints(where.socket);
    await mkdir(endpoints, { mode: 0o700 });
    for (const side of sideNames) await writeEndpoints(endpoints, side, []);
    const file = join(scratch, 'envoy.json');
    await writeFile(file, JSON.stringify(envoyConfiguration({ ...where, endpoints })), { mode: 0o600 });
    const flags = ['--concurrency', '1', '--disable-hot-restart', '--file-flush-interval-msec', '100', '-l', 'warn'];
    return { version, argv: [program, '-c', file, ...flags], environment: {}, output: join(scratch, 'switch.log') };
  },
  async nginx(where, { nginxPath }) {
    const program = nginxPath ?? 'nginx';
    const version = await versionOf('nginx', program, ['-v'], /nginx\/(\d+\.\d+\.\d+)/);
    const file = nginxFile(where.scratch);
    const state = { generation: 0, port: where.port, sides: {} };
    await writeRoutes(where.scratch, {});
    await writeFile(file, nginxConfiguration(where, state), { mode: 0o600 });
    const argv = [program, '-e', 'stderr', '-p', where.scratch, '-c', file];
    return { version, argv, environment: {}, output: join(where.scratch, 'switch.log') };
  },
};

/** The switch of a staging system that runs. @param folder where commands run */
export function switchOf(
  { driver, baseUrl, control, log, version, process }: StandingSwitch,
  deployment: ResolvedDeployment,
  folder: string,
): TrafficSwitch {
  const settings = deployment.switch;
  if (driver === 'kubernetes') {
    return kubernetesSwitch(new Cluster(clusterOf(deployment), control), { baseUrl, ...settings.kubernetes });
  }
  const { sticky } = settings;
  if (driver === 'haproxy') return haproxySwitch({ baseUrl, socket: control, log, version, sticky });
  if (driver === 'envoy') {
    return envoySwitch({ baseUrl, socket: control, log, version, endpoints: envoyEndpoints(control) });
  }
  if (driver === 'nginx') {
    return nginxSwitch({ baseUrl, socket: control, log: log ?? '', version, scratch: dirname(control), process });
  }
  if (driver === 'command') {
    const commands = commandSwitch(settings.command ?? { set: [], read: [], url: baseUrl }, folder);
    return { ...commands, tiesClients: sticky !== 'off' };
  }
  return embeddedSwitch({ baseUrl, control, log: log ?? '' });
}

export async function endSwitch({ process }: Pick<StandingSwitch, 'process'>): Promise<void> {
  if (process === null) return;
  await endStanding(process, endGraceMs);
  // Workers of an nginx that was killed are left, and still answer. They are in its group, and nobody else is once its pid is free.
  if (identify(process.pid) !== null) return;
  try {
    globalThis.process.kill(-process.pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

/** @param output what it prints @throws ShakedownError SWITCH_UNREACHABLE when it ends, or does not answer in time */
async function awaited(
  standing: StandingSwitch,
  deployment: ResolvedDeployment,
  output: string,
): Promise<StandingSwitch> {
  const trafficSwitch = switchOf(standing, deployment, '.');
  const until = performance.now() + startTimeoutMs;
  for (;;) {
    try {
      await trafficSwitch.read();
      return standing;
    } catch (error) {
      const hasEnded = standing.process !== null && !lives(standing.process);
      if (hasEnded || performance.now() > until) {
        await endSwitch(standing);
        throw hasEnded ? ended(standing.driver, lastWords(await readFile(output, 'utf8')), error) : error;
      }
      await sleep(lookEveryMs);
    }
  }
}

function ended(driver: string, why: string, cause: unknown): ShakedownError {
  return new ShakedownError('SWITCH_UNREACHABLE', `The switch ${driver} ended at its start: ${why}.`, {
    hint: 'See that nothing else listens at deployment.switch.port.',
    cause,
  });
}

/** @throws ShakedownError CONFIG_INVALID */
function clusterOf({ kubernetes }: ResolvedDeployment): KubernetesDeployment {
  if (kubernetes !== null) return kubernetes;
  throw new ShakedownError('CONFIG_INVALID', 'deployment.kubernetes: needed with switch.driver: kubernetes.');
}

/** Envoy's files with instances lie beside its socket. */
function envoyEndpoints(socket: string): string {
  return join(dirname(socket), 'endpoints');
}

/** @throws ShakedownError SWITCH_MISSING */
async function versionOf(title: string, program: string, args: string[], pattern: RegExp): Promise<string> {
  const outcome = await runProgram(program, args, { timeoutMs: 10_000 });
  const version = outcome.kind === 'ended' ? pattern.exec(`${outcome.stdout}${outcome.stderr}`)?.[1] : undefined;
  if (version !== undefined) return version;
  const key = `deployment.switch.${title.toLowerCase()}Path`;
  throw new ShakedownError('SWITCH_MISSING', `There is no ${title}: ${program} cannot be run.`, {
    hint: `Install it${packages[title] ?? ''}, name it in ${key}, or use the embedded switch.`,
    exitCode: exitCodes.missingProgram,
  });
}

const packages: Readonly<Record<string, string>> = {
  HAProxy: ' (Debian: `apt-get install haproxy`)',
  nginx: ' (Debian: `apt-get install nginx-light`)',
};
