import { type ChildProcess, spawn } from 'node:child_process';
import { exitCodes, ShakedownError } from '../../../model/error.ts';

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

  /** @param doing what is being done, for the error. @throws ShakedownError KUBERNETES_… */
  async must(doing: string, args: readonly string[], stdin = ''): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, stdin);
    if (code === 0) return stdout;
    throw clusterError(doing, stderr);
  }

  start(args: readonly string[]): ChildProcess {
    // Ctrl-C reaches a whole group of processes: what is under way is ended by us, in order.
    return spawn(this.#path, [...this.#place, ...args], { stdio: 'pipe', detached: true });
  }
}

const rights =
  'It must be allowed to create, get, list, patch and delete jobs (or testruns and configmaps) and serviceaccounts, to get and list pods, and to create pods/exec.';

const known: [pattern: RegExp, code: string, what: string, hint: string][] = [
  [
    /no matches for kind "TestRun"|resource mapping not found.*k6\.io|could not find the requested resource.*testruns/s,
    'KUBERNETES_NO_OPERATOR',
    'The cluster has no k6-operator: it does not know TestRun (k6.io/v1alpha1).',
    'Install Grafana’s k6-operator, or use --engine kubernetes, which needs nothing in the cluster.',
  ],
  [/forbidden/i, 'KUBERNETES_FORBIDDEN', 'The cluster refuses this user', rights],
  [
    /namespaces? "[^"]*" not found/,
    'KUBERNETES_NAMESPACE',
    'The namespace is not there',
    'Create it, or correct kubernetes.namespace.',
  ],
  [
    /must be logged in|unauthorized/i,
    'KUBERNETES_FORBIDDEN',
    'The cluster does not know this user',
    'Log in to the cluster; `kubectl auth whoami` says as whom.',
  ],
  [
    /refused|unable to connect|no such host|timeout|deadline exceeded|no route|context .* does not exist|does not exist in|no configuration|invalid configuration|certificate|EOF/i,
    'KUBERNETES_UNREACHABLE',
    'The cluster cannot be reached',
    'Try `kubectl get pods` with the same context; kubernetes.context names another.',
  ],
];

/** What kubectl complained about, in one line. */
export function clusterError(doing: string, stderr: string): ShakedownError {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^[EWI]\d{4} /.test(line));
  const said = (lines.at(-1) ?? stderr.trim().split('\n').at(-1) ?? '')
    .replace(/^error: |^Error from server /, '')
    .slice(0, 400);
  for (const [pattern, code, what, hint] of known) {
    if (!pattern.test(stderr)) continue;
    const message = what.endsWith('.') ? what : `${what} (${doing}): ${said}`;
    return new ShakedownError(code, message, { hint, exitCode: exitCodes.inconclusive });
  }
  return new ShakedownError('KUBERNETES_FAILED', `kubectl failed (${doing}): ${said || 'without a message'}`, {
    exitCode: exitCodes.inconclusive,
  });
}
