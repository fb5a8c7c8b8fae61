import { type ChildProcess, spawn } from 'node:child_process';
import { isExecutable, onPath } from './paths.ts';

/** Finds kubectl: SHAKEDOWN_KUBECTL, else PATH; null when there is none. It is not got from anywhere: it must fit the user's cluster. */
export function findKubectl(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env.SHAKEDOWN_KUBECTL;
  if (named !== undefined && named !== '') return isExecutable(named) ? named : null;
  return onPath('kubectl', env)[0] ?? null;
}

/** Finds helm: SHAKEDOWN_HELM, else PATH; null when there is none. */
export function findHelm(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env.SHAKEDOWN_HELM;
  if (named !== undefined && named !== '') return isExecutable(named) ? named : null;
  return onPath('helm', env)[0] ?? null;
}

const timeoutMs = 30_000;

export interface KubectlOutcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** kubectl with the cluster it is to talk to. */
export class Kubectl {
  readonly #path: string;
  readonly #place: string[];

  /** @param context null: its current one @param namespace null: the context's own */
  constructor(path: string, context: string | null, namespace: string | null) {
    this.#path = path;
    this.#place = [
      ...(context === null ? [] : [`--context=${context}`]),
      ...(namespace === null ? [] : [`--namespace=${namespace}`]),
    ];
  }

  /** Runs it to its end, which comes after half a minute at the latest. */
  async run(args: readonly string[], stdin = ''): Promise<KubectlOutcome> {
    const child = this.start(['--request-timeout=20s', ...args]);
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
        text[name] += chunk;
      });
    }
    child.stdin?.on('error', () => {}); // it ended without reading: its exit code says why
    child.stdin?.end(stdin);
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const code = await new Promise<number | null>((resolve) => {
      child.once('error', (error) => {
        text.stderr += error.message;
        resolve(null);
      });
      child.once('close', resolve);
    });
    clearTimeout(timer);
    return { code, ...text };
  }

  start(args: readonly string[]): ChildProcess {
    // Ctrl-C reaches a whole group of processes: what is under way is ended by us, in order.
    return spawn(this.#path, [...this.#place, ...args], { stdio: 'pipe', detached: true });
  }
}
