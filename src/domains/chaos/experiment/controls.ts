import type { ShakedownError } from '../../../model/error.ts';
import type { Control, Experiment } from './format.ts';
import { Halted } from './halt.ts';
import { ownModule } from './providers/node.ts';
import { refuseLeftOut } from './require.ts';
import type { Session } from './session.ts';
import { type Json, type JsonObject, objectOr } from './values/json.ts';
import { substitute } from './values/substitute.ts';

export type ControlLevel = 'experiment' | 'hypothesis' | 'method' | 'rollback' | 'activity';

const functions: Record<ControlLevel, { before: string; after: string }> = {
  experiment: { before: 'beforeExperiment', after: 'afterExperiment' },
  hypothesis: { before: 'beforeHypothesis', after: 'afterHypothesis' },
  method: { before: 'beforeMethod', after: 'afterMethod' },
  rollback: { before: 'beforeRollback', after: 'afterRollback' },
  activity: { before: 'beforeActivity', after: 'afterActivity' },
};

/** Calls the controls of an experiment around what it does. Those that fail are reported, and stop nothing. */
export interface Controls {
  /**
   * @param context the experiment, hypothesis or activity as written
   * @throws Halted where a control throws an error named InterruptExecution
   */
  around<Value>(level: ControlLevel, own: Control[], context: JsonObject, work: () => Promise<Value>): Promise<Value>;
  end(): Promise<void>;
}

type ControlFunction = (context: unknown, more: Record<string, unknown>) => unknown;

/**
 * Loads the controls of the `node` provider and calls their `configureControl`. Chaos Toolkit leaves out those that it cannot load.
 * @param global applied to every experiment
 * @param without names of controls that are left out on purpose
 * @throws ShakedownError EXPERIMENT_CONTROL for another that cannot be loaded, as one in Python
 */
export async function startControls(
  session: Session,
  global: readonly Control[],
  without: readonly string[],
): Promise<Controls> {
  const { experiment, configuration, secrets } = session;
  const modules = new Map<Control, Record<string, unknown>>();
  for (const control of [...global, ...allControls(experiment)]) {
    if (control.provider === null) continue;
    if (without.includes(control.name)) {
      session.warn(`The control "${control.name}" is left out, as was asked for.`);
      continue;
    }
    const provider = requireNode(control);
    const module = await ownModule(provider.module, experiment.file).catch((error: Error) => {
      throw refuseLeftOut(control, `cannot be loaded (${error.message})`);
    });
    modules.set(control, module);
  }

  const call = async (control: Control, name: string, context: unknown, state?: unknown) => {
    const run = modules.get(control)?.[name] as ControlFunction | undefined;
    if (typeof run !== 'function') return;
    const given: Json = objectOr(substitute(control.provider?.arguments ?? {}, session.lookup));
    const more = { arguments: given, experiment: experiment.written, configuration, secrets, state: state ?? null };
    try {
      await run(context, more);
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'InterruptExecution') throw new Halted('interrupted', cause.message);
      session.warn(`The control "${control.name}" failed in ${name}: ${(cause as Error)?.message ?? String(cause)}`);
    }
  };
  const apply = async (
    level: ControlLevel,
    own: Control[],
    scope: 'before' | 'after',
    context: unknown,
    state?: unknown,
  ) => {
    for (const control of applicable(level, experiment, global, own)) {
      if (control.scope !== null && control.scope !== scope) continue;
      await call(control, functions[level][scope], context, state);
    }
  };
  const each = [...modules.keys()];
  for (const control of each) await call(control, 'configureControl', experiment.written);
  return {
    async around(level, own, context, work) {
      let state: unknown;
      try {
        await apply(level, own, 'before', context);
        const value = await work();
        state = value;
        return value;
      } finally {
        await apply(level, own, 'after', context, state);
      }
    },
    async end() {
      for (const control of each) await call(control, 'cleanupControl', experiment.written);
    },
  };
}

/** The controls of a level, by Chaos Toolkit's rules; one that would come twice comes once. */
function applicable(
  level: ControlLevel,
  experiment: Experiment,
  global: readonly Control[],
  own: Control[],
): Control[] {
  const top = experiment.controls;
  const automatic = top.filter((control) => control.automatic);
  if (level === 'experiment') return [...global, ...top];
  if (level === 'method' || level === 'rollback') return [...global, ...automatic];
  const referred = own.map((control) => top.find(({ name }) => name === control.ref) ?? control);
  const names = new Set(referred.map(({ name }) => name));
  return [...global, ...automatic.filter(({ name }) => !names.has(name)), ...referred];
}

/**
 * Controls that cannot be had here are known before anything is done.
 * @throws ShakedownError EXPERIMENT_CONTROL
 */
export function requireControls(experiments: readonly Experiment[], without: readonly string[]): void {
  for (const control of experiments.flatMap(allControls)) {
    if (control.provider !== null && !without.includes(control.name)) requireNode(control);
  }
}

/** The same, as errors, one for each control that is refused. */
export function refusedControls(experiment: Experiment, without: readonly string[]): ShakedownError[] {
  return allControls(experiment).flatMap((control) => {
    if (control.provider === null || without.includes(control.name) || control.provider.type === 'node') return [];
    return [refusalOf(control)];
  });
}

function requireNode(control: Control): NonNullable<Control['provider']> {
  const { provider } = control;
  if (provider?.type === 'node') return provider;
  throw refusalOf(control);
}

function refusalOf(control: Control): ShakedownError {
  const isPython = control.provider?.type === 'python';
  return refuseLeftOut(control, isPython ? 'is in Python, which controls cannot be in here' : 'is of a kind not known');
}

function allControls({ controls, hypothesis, method, rollbacks }: Experiment): Control[] {
  const steps = [...(hypothesis?.steps ?? []), ...method, ...rollbacks];
  return [controls, hypothesis?.controls ?? [], ...new Set(steps.map(({ activity }) => activity.controls))].flat();
}
