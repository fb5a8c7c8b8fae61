import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { runProgram } from '../../../../environment/run-program.ts';
import { ShakedownError } from '../../../../model/error.ts';
import { endGroup, standingOf } from '../../standing.ts';
import type { DeployDriver } from '../driver.ts';
import type { Side } from '../state.ts';
import { type ComposeEngine, complaint, findEngine } from './engine.ts';
import type { ResolvedCompose } from './settings.ts';

const upMs = 600_000;
const askMs = 60_000;

const inspected = z.array(
  z.object({
    Name: z.string(),
    Image: z.string(),
    State: z.object({ Running: z.boolean(), ExitCode: z.number().default(0) }),
    NetworkSettings: z.object({
      Ports: z.record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable()).nullish(),
    }),
  }),
);

type Container = z.output<typeof inspected>[number];

export interface ComposeOptions {
  settings: ResolvedCompose;
  instances: number;
  /** Distinguishes what this staging system makes. */
  id: string;
  scratch: string;
}

/** Versions as containers of a compose file: each side is a project of its own, so nothing else of the engine is touched. */
export function composeDriver({ settings, instances, id, scratch }: ComposeOptions): DeployDriver {
  const { file, service, port, healthPath } = settings;
  const project = (side: string) => `shakedown-${id}-${side}`;
  let known: ComposeEngine | null = null;
  const engine = async () => {
    known ??= await findEngine(settings);
    return known;
  };
  const compose = async (
    { name, version }: Pick<Side, 'name' | 'version'>,
    args: readonly string[],
    signal?: AbortSignal,
    started?: (pid: number) => void,
  ) => {
    const [program = '', ...before] = (await engine()).compose;
    const own = { SHAKEDOWN_VERSION: version, SHAKEDOWN_SIDE: name, SHAKEDOWN_INSTANCES: String(instances) };
    const env = { ...process.env, ...own };
    const all = [...before, '-p', project(name), '-f', file, ...args];
    const found = await runProgram(program, all, { timeoutMs: upMs, env, signal, ...(started && { started }) });
    signal?.throwIfAborted();
    if (found.kind === 'ended' && found.code === 0) return found.stderr;
    const why = found.kind === 'failed' ? found.reason : complaint(found.stderr) || `it ended with ${found.code}`;
    throw failed(`${program} ${args[0]}: ${why}`);
  };
  const containers = async (side: string): Promise<Container[]> => {
    const labels = [`project=${project(side)}`, `service=${service}`];
    const filters = labels.flatMap((label) => ['--filter', `label=com.docker.compose.${label}`]);
    const { id: program } = await engine();
    const ids = (await asked(program, ['ps', '-aq', '--no-trunc', ...filters]))
      .split('\n')
      .filter((line) => line !== '');
    if (ids.length === 0) return [];
    const found = inspected.parse(JSON.parse(await asked(program, ['inspect', '--type', 'container', ...ids])));
    return found.sort((a, b) => a.Name.localeCompare(b.Name));
  };
  return {
    id: 'compose',
    healthPath,
    artifactPath: null,
    warmUpPaths: [healthPath],
    async up(version, name, started, signal, more = {}) {
      if (Object.keys(more).length > 0) {
        throw failed(`containers are not given ${Object.keys(more).join(', ')} of this machine`);
      }
      const side: Side = { name, version, artifacts: [], migration: null, instances: [] };
      started(side);
      const said = await compose(side, ['up', '-d', '--scale', `${service}=${instances}`], signal, (pid) =>
        started({ ...side, doing: standingOf(pid) }),
      );
      const found = await containers(name);
      if (found.length === 0) throw failed(complaint(said) || `the file makes no container of the service ${service}`);
      const ended = found.find(({ State }) => !State.Running);
      if (ended !== undefined) {
        throw new ShakedownError(
          'DEPLOYMENT_NOT_READY',
          `${version} did not come up: container ${ended.Name} ended with ${ended.State.ExitCode}.`,
          { hint: 'It was ended; the traffic stayed where it was.' },
        );
      }
      if (found.length !== instances) {
        throw failed(
          `${found.length} containers of ${service} came up, and not ${instances}: some programs need deploy: { replicas: \${SHAKEDOWN_INSTANCES} } in the file`,
        );
      }
      side.artifacts.push({ name: service, digest: digestOf(version, found) });
      side.instances.push(
        ...found.map((each, i) => ({
          ...{ name: `${name}-${i + 1}`, url: urlOf(each, port), process: null, log: null },
        })),
      );
      started(side);
      return side;
    },
    async down(side) {
      if (side.doing !== undefined) await endGroup(side.doing);
      await compose(side, ['down', '-v']);
      const [left] = await containers(side.name);
      if (left !== undefined) throw failed(`container ${left.Name} of ${side.version} does not end`);
    },
    async requestLogs({ name }) {
      if (!settings.requestIds) return [];
      const { id: program } = await engine();
      return Promise.all(
        (await containers(name)).map(async ({ Name }) => {
          const log = join(scratch, `${Name.replaceAll(/[^\w.-]/g, '')}.requests.ndjson`);
          await saveOutput(program, ['logs', Name.replace(/^\//, '')], log);
          return log;
        }),
      );
    },
  };
}

/** All of it, however much that is. */
async function saveOutput(program: string, args: readonly string[], file: string): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  child.on('error', () => {});
  await pipeline(child.stdout, createWriteStream(file, { mode: 0o600 }));
}

async function asked(program: string, args: readonly string[]): Promise<string> {
  const found = await runProgram(program, args, { timeoutMs: askMs });
  if (found.kind === 'ended' && found.code === 0) return found.stdout;
  const why = found.kind === 'failed' ? found.reason : complaint(found.stderr) || `it ended with ${found.code}`;
  throw failed(`${program} ${args[0]}: ${why}`);
}

/** What really runs: all containers must run the same. @throws ShakedownError DEPLOYMENT_OTHER */
function digestOf(version: string, containers: readonly Container[]): string {
  const digests = new Set(containers.map(({ Image }) => (Image.includes(':') ? Image : `sha256:${Image}`)));
  const [first = ''] = digests;
  if (digests.size === 1) return first;
  throw new ShakedownError(
    'DEPLOYMENT_OTHER',
    `${version} is not what came up: its containers run ${digests.size} images.`,
    {
      hint: 'It was ended; the traffic stayed where it was. Name images by digest.',
    },
  );
}

function urlOf({ Name, NetworkSettings }: Container, port: number): string {
  const [published] = NetworkSettings.Ports?.[`${port}/tcp`] ?? [];
  if (published === undefined) {
    throw failed(`container ${Name} does not publish port ${port}: write ports: ['127.0.0.1::${port}'] in the file`);
  }
  const everywhere = ['', '0.0.0.0', '::'].includes(published.HostIp);
  const host = everywhere ? '127.0.0.1' : published.HostIp.includes(':') ? `[${published.HostIp}]` : published.HostIp;
  return `http://${host}:${published.HostPort}`;
}

function failed(why: string): ShakedownError {
  return new ShakedownError('DEPLOYMENT_FAILED', `The version cannot be deployed: ${why}.`, {
    hint: 'Correct deployment.compose, or its file; nothing was given traffic.',
  });
}
