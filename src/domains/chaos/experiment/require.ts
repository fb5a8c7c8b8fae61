import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { Component } from '../fault.ts';
import { faults } from '../faults/index.ts';
import { checkFault } from '../injector.ts';
import { wantedFaults } from './fault-rules.ts';
import type { Control, Experiment } from './format.ts';
import { pythonOfChaos, pythonProblems } from './providers/python.ts';
import { isToxiproxyModule } from './providers/toxiproxy.ts';

/** A fault that cannot be asked for. */
export interface RefusedFault {
  /** `method[0] "stop it"` */
  where: string;
  error: ShakedownError;
}

/** The faults of an experiment that cannot be asked for: there is no such fault, or its component is not one that it may touch. */
export function refusedFaults(experiment: Experiment, components: readonly Component[]): RefusedFault[] {
  return wantedFaults(experiment).flatMap(({ where, fault, component, arguments: given }) => {
    // Known only when it runs.
    if (component.includes('${')) return [];
    try {
      checkFault({ experiment: experiment.title, fault, component, arguments: given }, { faults, components });
      return [];
    } catch (error) {
      if (!(error instanceof ShakedownError)) throw error;
      return [{ where, error }];
    }
  });
}

/**
 * Every fault of these experiments can be asked for: it exists, and its component is one that may be touched.
 * @throws ShakedownError FAULT_UNKNOWN, FAULT_ARGUMENTS, FAULT_COMPONENT, naming the experiment, with all that are refused
 */
export function requireFaults(experiments: readonly Experiment[], components: readonly Component[]): void {
  const refused = experiments.flatMap((experiment) =>
    refusedFaults(experiment, components).map((one) => ({ file: experiment.file, ...one })),
  );
  const [first] = refused;
  if (first === undefined) return;
  const message = refused.map(({ file, where, error }) => `${file}, ${where}: ${error.message}`).join('\n  ');
  const { code, hint } = first.error;
  throw new ShakedownError(code, message, { ...(hint === undefined ? {} : { hint }), cause: first.error });
}

/**
 * The functions of Python modules that these experiments call are there and take the arguments given, by Chaos Toolkit's own check. Where
 * Chaos Toolkit is not installed, running them says so.
 * @throws ShakedownError EXPERIMENT_INVALID with all that is wrong
 */
export async function requirePython(
  experiments: readonly Experiment[],
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const python = pythonOfChaos(environment);
  if (python === null) return;
  for (const { hypothesis, method, rollbacks, file } of experiments) {
    const activities = [...(hypothesis?.steps ?? []), ...method, ...rollbacks].flatMap(({ activity }) =>
      activity.provider.type === 'python' && !isToxiproxyModule(activity.provider.module) ? [activity.written] : [],
    );
    if (activities.length === 0) continue;
    const problems = await pythonProblems(python, activities, environment, signal);
    if (problems.length === 0) continue;
    throw new ShakedownError('EXPERIMENT_INVALID', `${file}: ${problems.join('; ')}.`, {
      hint: 'Install the extension that the module is of beside Chaos Toolkit, or correct the experiment.',
      exitCode: exitCodes.notReady,
    });
  }
}

/** A control may be what stops an experiment that goes wrong, so none is left out unless that is asked for by its name. */
export function refuseLeftOut(control: Control, why: string): ShakedownError {
  return new ShakedownError(
    'EXPERIMENT_CONTROL',
    `The control ${JSON.stringify(control.name)} ${why}, and it may be the one that stops the experiment.`,
    {
      hint: `Write it as a module of the node provider, or leave it out on purpose: --without-control ${JSON.stringify(control.name)}, or chaos.withoutControls.`,
    },
  );
}
