import { ShakedownError } from '../../../model/error.ts';
import type { Component } from '../fault.ts';
import { faults } from '../faults/index.ts';
import { refusedControls } from './controls.ts';
import { faultProblems, faultWarnings, wantedFaults } from './fault-rules.ts';
import type { Experiment } from './format.ts';
import { readExperiment } from './load.ts';
import { hostProblem } from './prepare.ts';
import { refusedFaults, requirePython } from './require.ts';
import type { Json, JsonObject } from './values/json.ts';
import { lookupOf } from './values/substitute.ts';
import { type GivenVariables, resolveConfiguration, resolveSecrets } from './variables.ts';
import { type Weakness, weaknesses } from './weak-hypothesis.ts';

/** What experiments are checked against. */
export interface Ground {
  /** What the configuration says may be broken; null: that is known only when it runs, as of the sample system. */
  components: readonly Component[] | null;
  variables: GivenVariables;
  environment: NodeJS.ProcessEnv;
  /** Whether an address may be contacted. */
  allows(url: URL): boolean;
  /** Controls that are left out on purpose. */
  withoutControls: readonly string[];
  signal: AbortSignal;
}

/** What was found of an experiment's file. */
export interface Validated {
  /** Null where it could not be read that far. */
  experiment: Experiment | null;
  /** Each with where it is, what it is, and what to do. */
  problems: string[];
  /** What is allowed and shows little. */
  warnings: Pick<Weakness, 'where' | 'message'>[];
}

/** Everything that is wrong with an experiment, as far as it is known without starting or asking anything. Never throws for what is wrong with it. */
export async function validateExperiment(file: string, ground: Ground): Promise<Validated> {
  let read: Awaited<ReturnType<typeof readExperiment>>;
  try {
    read = await readExperiment(file);
  } catch (error) {
    const message = words(error);
    return {
      experiment: null,
      problems: [message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message],
      warnings: [],
    };
  }
  const { readable, problems } = read;
  const found = problems.lines.map((line) => `${line}.`);
  if (readable === null) return { experiment: null, problems: found, warnings: [] };
  const { lookup, said } = resolved(readable, ground);
  const python = await requirePython([readable], ground.environment, ground.signal).then(
    () => [],
    (error) => [words(error)],
  );
  found.push(
    ...faultProblems(readable, faults).map((problem) => `${problem}.`),
    ...componentProblems(readable, ground.components),
    ...refusedControls(readable, ground.withoutControls).map(words),
    ...said,
    ...hostProblems(readable, lookup, ground),
    ...python.map((message) => (message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message)),
  );
  const isWhole = problems.list.length === 0;
  const warnings = isWhole ? [...weaknesses(readable), ...faultWarnings(readable, faults)] : [];
  return { experiment: readable, problems: found, warnings };
}

/** What is wrong with fault and arguments is said by `faultProblems`. */
function componentProblems(experiment: Experiment, components: Ground['components']): string[] {
  if (components === null) return [];
  const asked = new Set(wantedFaults(experiment).flatMap(({ where, component }) => (component === '' ? [] : [where])));
  return refusedFaults(experiment, components).flatMap(({ where, error }) =>
    error.code === 'FAULT_COMPONENT' && asked.has(where) ? [`${where}: ${words(error)}`] : [],
  );
}

/** Its variables, as far as they are known, and what is wrong with each of the others. */
function resolved(
  { configuration, secrets }: Experiment,
  { variables, environment }: Ground,
): { lookup: ReturnType<typeof lookupOf>; said: string[] } {
  const said: string[] = [];
  const each = (written: JsonObject, resolve: (one: JsonObject) => JsonObject): JsonObject => {
    const known: [string, Json][] = [];
    for (const [key, value] of Object.entries(written)) {
      try {
        known.push(...Object.entries(resolve({ [key]: value })));
      } catch (error) {
        said.push(words(error));
      }
    }
    return Object.fromEntries(known);
  };
  const ofSecrets = each(secrets, (one) => resolveSecrets(one, variables.secrets, environment));
  const ofConfiguration = each(configuration, (one) => resolveConfiguration(one, variables.configuration, environment));
  return { lookup: lookupOf(ofConfiguration, ofSecrets), said };
}

function hostProblems(
  { hypothesis, method, rollbacks }: Experiment,
  lookup: ReturnType<typeof lookupOf>,
  { allows }: Ground,
): string[] {
  return [...(hypothesis?.steps ?? []), ...method, ...rollbacks].flatMap(({ where, activity: { name, provider } }) => {
    if (provider.type !== 'http') return [];
    const error = hostProblem(provider.url, name, { lookup, allows });
    return error === null ? [] : [`${where} ${words(error)}`];
  });
}

/** @throws what was not expected */
function words(error: unknown): string {
  if (!(error instanceof ShakedownError)) throw error;
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
}
