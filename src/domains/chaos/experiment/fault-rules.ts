import type { Fault } from '../fault.ts';
import type { Experiment } from './format.ts';
import { faultModule } from './providers/faults.ts';

/** A fault of ours that an experiment asks for. */
export interface WantedFault {
  activity: string;
  fault: string;
  component: string;
  arguments: Record<string, unknown>;
}

/** The faults of ours that an experiment injects, in its method and in its rollbacks. */
export function wantedFaults({ method, rollbacks }: Experiment): WantedFault[] {
  return [...method, ...rollbacks].flatMap(({ activity: { name, provider } }) => {
    if (provider.type !== 'node' || provider.module !== faultModule || provider.func === 'revert') return [];
    const { component, seconds: _, ...rest } = provider.arguments;
    return [{ activity: name, fault: provider.func, component: String(component ?? ''), arguments: rest }];
  });
}

/** What is wrong with the faults that an experiment asks for, as far as it can be known without the components. */
export function faultProblems(experiment: Experiment, known: readonly Fault[]): string[] {
  return wantedFaults(experiment).flatMap(({ activity, fault: name, component, arguments: given }) => {
    const fault = known.find((one) => one.name === name);
    const say = (what: string) => [`"${activity}": ${what}`];
    if (fault === undefined)
      return say(`there is no fault "${name}"; there are ${known.map((one) => one.name).join(', ')}`);
    if (component === '') return say(`${name} needs the name of a component`);
    // Values of the configuration are known only when it runs.
    if (JSON.stringify(given).includes('${')) return [];
    const { error } = fault.schema.safeParse(given);
    return (error?.issues ?? []).flatMap(({ path, message }) => say(`${[name, ...path].join('.')}: ${message}`));
  });
}
