import { Kubectl as Program } from '../../../environment/kubectl.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';

/** kubectl with the cluster that load generators run in. */
export class Kubectl extends Program {
  /** @param doing what is being done, for the error. @throws ShakedownError KUBERNETES_… */
  async must(doing: string, args: readonly string[], stdin = ''): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, stdin);
    if (code === 0) return stdout;
    throw clusterError(doing, stderr);
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
