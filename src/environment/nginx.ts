import type { Finding } from './finding.ts';
import { onPath } from './paths.ts';
import { runProgram } from './run-program.ts';

/** nginx on PATH, or where Debian has it, which is on the PATH of root only. */
export function nginxOnPath(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return onPath('nginx', { PATH: `${env.PATH ?? ''}:/usr/sbin` })[0];
}

export async function findNginx(env: NodeJS.ProcessEnv): Promise<Finding> {
  const base = { name: 'nginx', purpose: 'stands in for a CDN, for the final validation', needed: false } as const;
  const path = nginxOnPath(env);
  const outcome = path === undefined ? undefined : await runProgram(path, ['-v'], { timeoutMs: 10_000, env });
  const version = outcome?.kind === 'ended' ? (/nginx\/(\d+(\.\d+)+)/.exec(outcome.stderr)?.[1] ?? null) : null;
  return path === undefined || version === null
    ? { ...base, state: 'missing', version: null, where: null, advice: 'install it (Debian: nginx-light)' }
    : { ...base, state: 'found', version, where: path, advice: null };
}
