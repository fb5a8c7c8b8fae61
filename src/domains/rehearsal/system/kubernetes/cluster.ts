import { findKubectl, Kubectl } from '../../../../environment/kubectl.ts';
import { exitCodes, ShakedownError } from '../../../../model/error.ts';
import type { ResolvedDeployment } from '../../settings.ts';

export type KubernetesDeployment = NonNullable<ResolvedDeployment['kubernetes']>;

/** On everything that a staging system makes: which one did. Nothing without it is changed or removed. */
export const stagingLabel = 'shakedown/staging';
/** `blue`, `green`, `control` */
export const sideLabel = 'shakedown/side';
/** On the workload that answers requests, and on its pods. */
export const answersLabel = 'shakedown/answers';

/** One namespace of one cluster, as one staging system uses it. */
export class Cluster {
  /** Distinguishes what this staging system made. */
  readonly id: string;
  readonly settings: KubernetesDeployment;
  readonly kubectl: Kubectl;

  /** @throws ShakedownError KUBECTL_MISSING */
  constructor(settings: KubernetesDeployment, id: string) {
    const path = findKubectl();
    if (path === null) {
      throw new ShakedownError('KUBECTL_MISSING', 'Shakedown reaches the cluster through kubectl, and there is none.', {
        hint: 'Put kubectl on PATH, or name it with SHAKEDOWN_KUBECTL.',
        exitCode: exitCodes.missingProgram,
      });
    }
    this.id = id;
    this.settings = settings;
    this.kubectl = new Kubectl(path, settings.context, settings.namespace);
  }

  /** Selects what is this staging system's. @param side null: of every side */
  selector(side: string | null): string {
    return side === null ? `${stagingLabel}=${this.id}` : `${stagingLabel}=${this.id},${sideLabel}=${side}`;
  }

  /**
   * What kubectl prints.
   * @param code of the error @param doing what is being done, for the error
   * @throws ShakedownError with that code, and kubectl's complaint in one line
   */
  async must(code: string, doing: string, args: readonly string[], stdin = ''): Promise<string> {
    const outcome = await this.kubectl.run(args, stdin);
    if (outcome.code === 0) return outcome.stdout;
    const { context, namespace } = this.settings;
    throw new ShakedownError(code, `kubectl failed to ${doing}: ${complaint(outcome.stderr)}.`, {
      hint: `Try kubectl by hand with --context=${context} --namespace=${namespace}.`,
    });
  }
}

/** What kubectl complained about, in one line. */
function complaint(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^([EWI]\d{4} |Warning:)/.test(line));
  return oneLine((lines.at(-1) ?? 'it wrote nothing').replace(/^error: |^Error from server /, ''));
}

/** Of the cluster's words, so much as fits on a line, without its full stop. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, 300);
}
