import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { noteProcesses } from '../../guard/left.ts';
import { leftRegistry } from '../../guard/places.ts';
import { findProgram } from '../find-program.ts';
import type { Activity, Provider } from '../format.ts';
import { ActivityFailed, type Session } from '../session.ts';
import { isObject, type Json } from '../values/json.ts';
import { str } from '../values/python.ts';
import { substituteArguments } from '../values/substitute.ts';

type ProcessProvider = Extract<Provider, { type: 'process' }>;

/**
 * Runs a program to its end as Chaos Toolkit's `process` provider does; any exit code is a result. Arguments that are one text go through
 * a shell. Past its time the program is killed with all that it started.
 * @param limitMs where the activity gives no timeout; null: as long as it takes
 * @returns status (minus the signal's number where a signal ended it), stdout, stderr
 * @throws ActivityFailed where it took too long; Error where the program is not there
 */
export async function runProcess(
  activity: Activity,
  provider: ProcessProvider,
  session: Session,
  limitMs: number | null,
): Promise<Json> {
  const path = findProgram(provider.path, session.environment.PATH);
  if (path === null) throw new Error(`the program "${provider.path}" cannot be found, or may not be run`);
  const given = substituteArguments(provider.arguments, session);
  const [program, args] =
    typeof given === 'string' ? ['/bin/sh', ['-c', given === '' ? path : `${path} ${given}`]] : [path, listOf(given)];
  const seconds = provider.timeoutSeconds ?? activity.timeoutSeconds;
  const { status, stdout, stderr } = await runToEnd(program as string, args as string[], {
    title: session.redact.text(activity.name),
    environment: session.environment,
    limitMs: seconds === null ? limitMs : seconds * 1000,
    signal: session.signal,
    input: null,
  });
  if (!activity.hasTolerance && status > 0) {
    session.warn(`"${activity.name}" ended with status ${status}, which may not be what was wanted.`);
  }
  return { status, stdout, stderr };
}

function listOf(given: Json): string[] {
  const values = isObject(given) ? Object.entries(given).flat() : Array.isArray(given) ? given : [];
  return values.filter((value) => value !== null && value !== '').map(str);
}

interface ProcessOptions {
  /** By which `shakedown chaos clean` names what this process left when it was killed. */
  title: string;
  environment: NodeJS.ProcessEnv;
  limitMs: number | null;
  signal: AbortSignal;
  /** For its standard input. */
  input: string | null;
  /** Gives it a stream 3 for a result that must not be mixed with what is printed. */
  withResult?: boolean;
}

const mostOutputBytes = 4_000_000;

/**
 * Runs a program, in a process group of its own. Output past 4 MB is cut.
 * @throws ActivityFailed past its time; the signal's reason; Error where it cannot be started
 */
export function runToEnd(
  program: string,
  args: readonly string[],
  { title, environment, limitMs, signal, input, withResult }: ProcessOptions,
): Promise<{ status: number; stdout: string; stderr: string; result: string }> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stdio = ['pipe', 'pipe', 'pipe', ...(withResult ? ['pipe' as const] : [])] as const;
    const noted = noteProcesses(leftRegistry(), title);
    const env = { ...environment, ...noted.environment };
    const child = spawn(program, args, { stdio: [...stdio], detached: true, env });
    const [stdin, ...outputs] = child.stdio;
    const texts = outputs.map((stream) => (stream ? collect(stream as NodeJS.ReadableStream) : () => ''));
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Already gone.
      }
    };
    const settle = (done: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
      for (const stream of outputs) stream?.destroy();
      noted.settle();
      done();
    };
    const interrupt = () => {
      kill();
      settle(() => reject(signal.reason));
    };
    signal.addEventListener('abort', interrupt, { once: true });
    const timer = setTimeout(
      () => {
        kill();
        settle(() => reject(new ActivityFailed('process activity took too long to complete')));
      },
      Math.min(limitMs ?? Number.POSITIVE_INFINITY, 2 ** 31 - 1),
    );
    stdin?.on('error', () => {});
    child.stdin?.end(input ?? undefined);
    child.on('error', (error) => settle(() => reject(error)));
    child.on('close', (code, name) => {
      const status = code ?? -constants.signals[name ?? 'SIGKILL'];
      const [stdout = '', stderr = '', result = ''] = texts.map((text) => text());
      settle(() => resolve({ status, stdout, stderr, result }));
    });
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes < mostOutputBytes) chunks.push(chunk);
    bytes += chunk.length;
  });
  stream.on('error', () => {});
  return () => Buffer.concat(chunks).subarray(0, mostOutputBytes).toString('utf8');
}
