import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runProgram } from '../../../environment/run-program.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { ResolvedDeployment } from '../settings.ts';
import { endGroup, standingOf } from '../standing.ts';
import type { DeployDriver } from './driver.ts';
import type { Side } from './state.ts';

const timeoutMs = 1_800_000;
const notesTimeoutMs = 120_000;
const said = z.object({
  instances: z.array(z.object({ name: z.string(), url: z.string().regex(/^https?:\/\//) })).min(1),
  migration: z.string().nullish(),
  artifacts: z.array(z.object({ name: z.string(), digest: z.string() })).nullish(),
});

export interface CommandOptions {
  instances: number;
  folder: string;
  healthPath: string;
  /** Folder for what instances noted. */
  scratch: string;
}

/** Versions that programs of the user's own bring up: Terraform, Ansible, a script. */
export function commandDriver(
  { up, down, requestIds }: NonNullable<ResolvedDeployment['command']>,
  { instances, folder, healthPath, scratch }: CommandOptions,
): DeployDriver {
  const environment = (more: Record<string, string>) => ({
    ...process.env,
    ...more,
    SHAKEDOWN_INSTANCES: String(instances),
  });
  const run = async (
    [program = '', ...args]: readonly string[],
    more: Record<string, string>,
    signal?: AbortSignal,
    started?: (pid: number) => void,
  ) => {
    const outcome = await runProgram(program, args, {
      timeoutMs,
      cwd: folder,
      env: environment(more),
      signal,
      ...(started && { started }),
    });
    signal?.throwIfAborted();
    if (outcome.kind === 'ended' && outcome.code === 0) return outcome.stdout;
    const last = outcome.kind === 'ended' ? outcome.stderr.trim().split('\n').at(-1) : '';
    const why = outcome.kind === 'failed' ? outcome.reason : `it ended with ${outcome.code} ${last}`.trim();
    throw new ShakedownError('DEPLOYMENT_FAILED', `${program} failed: ${why}.`, {
      hint: 'Correct deployment.command, or what it runs.',
    });
  };
  return {
    id: 'command',
    healthPath,
    artifactPath: null,
    warmUpPaths: [healthPath],
    async up(version, name, started, signal, more = {}) {
      const begun: Side = { name, version, artifacts: [], migration: null, instances: [] };
      const own = { ...more, SHAKEDOWN_VERSION: version, SHAKEDOWN_SIDE: name };
      // What it has made by then is ended by `down`, should it fail or this process be killed.
      const text = await run(up, own, signal, (pid) => started({ ...begun, doing: standingOf(pid) }));
      const parsed = said.safeParse(lastJson(text));
      if (!parsed.success) {
        throw new ShakedownError('DEPLOYMENT_FAILED', `${up[0] ?? ''} does not print the instances of ${version}.`, {
          hint: 'Its last line is {"instances": [{"name": "green-1", "url": "http://…"}]}.',
        });
      }
      const { instances: found, migration, artifacts } = parsed.data;
      const side = {
        ...{ name, version, artifacts: artifacts ?? [], migration: migration ?? null },
        instances: found.map(({ url }, i) => ({ name: `${name}-${i + 1}`, url, process: null, log: null })),
      };
      started(side);
      return side;
    },
    async down({ name, version, doing }) {
      if (doing !== undefined) await endGroup(doing);
      await run(down, { SHAKEDOWN_VERSION: version, SHAKEDOWN_SIDE: name });
    },
    async requestLogs({ name, version }) {
      if (requestIds === null) return [];
      const env = environment({ SHAKEDOWN_VERSION: version, SHAKEDOWN_SIDE: name });
      return [await written(requestIds, join(scratch, `${name}.requests.ndjson`), { cwd: folder, env })];
    },
  };
}

/** A file with all that a program writes. What it fails to write is missing there, and so seen. */
async function written(
  [program = '', ...args]: readonly string[],
  file: string,
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<string> {
  const output = await open(file, 'w', 0o600);
  try {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', output.fd, 'ignore'], timeout: notesTimeoutMs });
    await new Promise<void>((resolve) => {
      child.once('error', () => resolve());
      child.once('close', () => resolve());
    });
  } finally {
    await output.close();
  }
  return file;
}

function lastJson(text: string): unknown {
  for (const line of [text, ...text.trim().split('\n').reverse()]) {
    try {
      return JSON.parse(line);
    } catch {
      // Another line may be it.
    }
  }
  return null;
}
