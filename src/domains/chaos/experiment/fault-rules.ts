import type { Fault } from '../fault.ts';
import { argumentProblems } from '../fault-arguments.ts';
import type { Experiment, HypothesisStrategy } from './format.ts';
import { faultModule } from './providers/faults.ts';

/** A fault of ours that an experiment asks for. */
export interface WantedFault {
  /** Where it is written: `method[0] "stop it"`. */
  where: string;
  fault: string;
  component: string;
  /** As written; undefined: it lasts until it is taken away. */
  seconds: unknown;
  arguments: Record<string, unknown>;
}

/** The faults of ours that an experiment injects, in its method and in its rollbacks. */
export function wantedFaults({ method, rollbacks }: Experiment): WantedFault[] {
  return [...method, ...rollbacks].flatMap(({ where, activity: { name, provider } }) => {
    if (provider.type !== 'node' || provider.module !== faultModule || provider.func === 'revert') return [];
    const { component, seconds, ...rest } = provider.arguments;
    const place = `${where} ${JSON.stringify(name)}`;
    return [{ where: place, fault: provider.func, component: String(component ?? ''), seconds, arguments: rest }];
  });
}

/** Where a fault of ours is taken away again within its activity, what matters is how things are while it is on. */
export function usualStrategy({ method }: Experiment): HypothesisStrategy {
  const lasts = method.some(
    ({ activity: { provider } }) =>
      provider.type === 'node' && provider.module === faultModule && provider.arguments.seconds !== undefined,
  );
  return lasts ? 'continuously' : 'default';
}

/** Most proofs of these are exchanges over connections, which take a second and more. */
const provedSlowly: ReadonlySet<string> = new Set(['network', 'http']);

/** What an experiment asks of its faults and will not get. */
export function faultWarnings(experiment: Experiment, known: readonly Fault[]): { where: string; message: string }[] {
  return wantedFaults(experiment).flatMap(({ where, fault: name, seconds }) => {
    const layer = known.find((one) => one.name === name)?.layer ?? '';
    if (typeof seconds !== 'number' || seconds <= 0 || seconds >= 1 || !provedSlowly.has(layer)) return [];
    const message = `${name}.seconds: ${seconds} is shorter than its proof: it is on while it is proved, which takes a second or more, and its seconds begin after that`;
    return [{ where, message }];
  });
}

/** What is wrong with the faults that an experiment asks for, as far as it can be known without the components. */
export function faultProblems(experiment: Experiment, known: readonly Fault[]): string[] {
  return wantedFaults(experiment).flatMap(({ where, fault: name, component, seconds, arguments: given }) => {
    const fault = known.find((one) => one.name === name);
    const say = (what: string) => [`${where}: ${what}`];
    if (fault === undefined)
      return say(`there is no fault ${JSON.stringify(name)}; there are ${known.map((one) => one.name).join(', ')}`);
    if (component === '') return say(`${name} needs the name of a component`);
    if (typeof seconds === 'number' ? !(seconds > 0) : seconds !== undefined && !String(seconds).includes('${')) {
      return say(`${name}.seconds: a number above 0, not ${JSON.stringify(seconds)}`);
    }
    // Values of the configuration are known only when it runs.
    if (JSON.stringify(given).includes('${')) return [];
    return argumentProblems(fault, given).flatMap((what) => say(`${name}: ${what}`));
  });
}
