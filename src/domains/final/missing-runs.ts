import type { ValidationContext } from '../validation.ts';
import type { EarlierGate } from './gates.ts';

/** How the run is made that judges a gate; the rest of the command line says of what. */
const commands: Record<EarlierGate, (context: Pick<ValidationContext, 'config'>) => string[]> = {
  resilience: (context) => [...simulate(context), '--chaos'],
  integrity: (context) => [...simulate(context), '--chaos'],
  performance: simulate,
  stability: simulate,
  parity: simulate,
  scalability: () => ['simulate', '--find-capacity'],
  uat: () => ['uat', 'run'],
  // Faults are planted for it, so it is done to the sample system only, unless somebody asks.
  monitoring: ({ config }) => [
    'validate',
    'monitoring',
    ...(config.target.sample === null ? [] : ['--production-rules']),
  ],
  rehearsal: () => ['rehearse'],
};

function simulate({ config }: Pick<ValidationContext, 'config'>): string[] {
  return ['simulate', '--duration', `${config.final.simulationMs / 1000}s`];
}

/** Runs that were made, by their command line: one that judges two gates is made once. */
const made = new WeakMap<ValidationContext['teardown'], Set<string>>();

/** Makes the run that judges a gate, unless it was just made. */
export async function makeMissing(gate: EarlierGate, context: ValidationContext<never>): Promise<void> {
  const { services, teardown, signal, mark, projectFolder } = context;
  const words = commands[gate](context);
  const before = made.get(teardown) ?? new Set();
  made.set(teardown, before);
  const line = words.join(' ');
  if (before.has(line) || services === null) return;
  before.add(line);
  mark({ text: `shakedown ${line}`, kind: 'info' });
  const { exitCode, error } = await services.runCommand(words, { signal, cwd: projectFolder, say: context.phase });
  if (error !== '') mark({ text: `shakedown ${line} ended with exit code ${exitCode}: ${error}`, kind: 'trouble' });
}
