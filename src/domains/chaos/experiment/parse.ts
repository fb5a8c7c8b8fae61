import {
  type Activity,
  type Experiment,
  type Hypothesis,
  type HypothesisStep,
  type HypothesisStrategy,
  hypothesisStrategies,
  type RollbackStrategy,
  rollbackStrategies,
  type Step,
} from './format.ts';
import { parseActivity, parseControls } from './parse-activity.ts';
import { Problems } from './problems.ts';
import { checkTolerance } from './tolerance-rules.ts';
import { isObject, type Json, type JsonObject, listOr, objectOr } from './values/json.ts';

interface ParsedExperiment {
  /** Null where anything is wrong with it. */
  experiment: Experiment | null;
  /** What of it could be read, to look for more that is wrong; never to be run. Null: nothing. */
  readable: Experiment | null;
  problems: Problems;
}

/**
 * Reads an experiment by the rules of Chaos Toolkit's `validate`, all that is wrong at once.
 * @param file where it was read from
 */
export function parseExperiment(written: Json, file: string): ParsedExperiment {
  const problems = new Problems();
  if (!isObject(written) || Object.keys(written).length === 0) {
    problems.add('', 'an empty experiment is not an experiment');
    return { experiment: null, readable: null, problems };
  }
  const { title, description, tags, extensions } = written;
  if (typeof title !== 'string' || title === '') problems.add('', 'an experiment requires a title');
  if (typeof description !== 'string' || description === '') problems.add('', 'an experiment requires a description');
  if (listOr(tags).some((tag) => typeof tag !== 'string' || tag === ''))
    problems.add('tags', 'tags are non-empty texts');
  listOr(extensions).forEach((extension, index) => {
    const { name } = objectOr(extension);
    if (typeof name !== 'string' || name.trim() === '')
      problems.add(`extensions[${index}]`, 'an extension requires a name');
  });
  for (const block of ['configuration', 'secrets'] as const) {
    if (written[block] !== undefined && !isObject(written[block])) problems.add(block, 'must be a mapping');
  }
  const parsed = steps(written, problems);
  const experiment: Experiment = {
    title: String(title),
    description: String(description),
    tags: listOr(tags).map(String),
    file,
    configuration: objectOr(written.configuration),
    secrets: objectOr(written.secrets),
    ...parsed,
    controls: parseControls(written.controls, '', problems),
    strategies: strategies(written, problems),
    written,
  };
  checkControlReferences(experiment, problems);
  return { experiment: problems.list.length === 0 ? experiment : null, readable: experiment, problems };
}

interface Place {
  written: Json;
  where: string;
}

function steps(written: JsonObject, problems: Problems): Pick<Experiment, 'hypothesis' | 'method' | 'rollbacks'> {
  const hypothesis = written['steady-state-hypothesis'];
  const places = (list: Json | undefined, where: string): Place[] =>
    listOr(list).map((item, index) => ({ written: item, where: `${where}[${index}]` }));
  if (written.method === undefined || written.method === null) {
    problems.add('', 'an experiment requires a method, which may be empty to check the hypothesis only');
  } else if (!Array.isArray(written.method)) problems.add('method', 'must be a list');
  if (written.rollbacks && !Array.isArray(written.rollbacks)) problems.add('rollbacks', 'must be a list');
  const probes = isObject(hypothesis) ? places(hypothesis.probes, 'steady-state-hypothesis.probes') : [];
  const method = places(written.method, 'method');
  const rollbacks = places(written.rollbacks, 'rollbacks');

  const parsed = new Map<Place, Activity>();
  for (const place of [...probes, ...method, ...rollbacks]) {
    if (refOf(place.written) !== undefined) continue;
    const activity = parseActivity(place.written, place.where, problems);
    if (activity !== null) parsed.set(place, activity);
  }
  // By name, a probe of the hypothesis winning over an activity of the method, as in Chaos Toolkit; rollbacks cannot be referred to.
  const named = new Map([...method, ...probes].map((place) => [objectOr(place.written).name, parsed.get(place)]));
  const step = (place: Place): Step[] => {
    const ref = refOf(place.written);
    const activity = ref === undefined ? parsed.get(place) : named.get(ref);
    if (activity === undefined) {
      if (ref === '' || typeof ref !== 'string') {
        if (ref !== undefined) problems.add(place.where, 'a reference to an activity is a non-empty text');
      } else if (!named.has(ref))
        problems.add(place.where, `there is no activity "${ref}" in the method or the hypothesis`);
      return [];
    }
    return [{ activity, background: objectOr(place.written).background === true, where: place.where }];
  };
  return {
    hypothesis: hypothesisOf(hypothesis, probes, step, problems),
    method: method.flatMap(step),
    rollbacks: rollbacks.flatMap(step),
  };
}

const refOf = (written: Json): Json | undefined => objectOr(written).ref ?? undefined;

function hypothesisOf(
  written: Json | undefined,
  probes: Place[],
  step: (place: Place) => Step[],
  problems: Problems,
): Hypothesis | null {
  const where = 'steady-state-hypothesis';
  if (written === undefined || written === null) return null;
  if (!isObject(written) || typeof written.title !== 'string' || written.title === '') {
    problems.add(where, 'a hypothesis requires a title');
    return null;
  }
  const found = probes.flatMap((place): HypothesisStep[] => {
    const { tolerance } = objectOr(place.written);
    if (tolerance === undefined) problems.add(place.where, 'a probe of the hypothesis must have a tolerance');
    else checkTolerance(tolerance, place.where, problems);
    return step(place).map((one) => ({ ...one, tolerance: tolerance ?? null }));
  });
  return { title: written.title, steps: found, controls: parseControls(written.controls, where, problems), written };
}

function strategies(written: JsonObject, problems: Problems): Experiment['strategies'] {
  const runtime = objectOr(written.runtime);
  const one = <Name extends string>(part: 'hypothesis' | 'rollbacks', known: readonly Name[]): Name | null => {
    const given = objectOr(runtime[part]).strategy;
    if (given === undefined || given === null) return null;
    const found = known.find((name) => name === given);
    if (found !== undefined) return found;
    problems.add(`runtime.${part}.strategy`, `${JSON.stringify(given)} is none of ${known.join(', ')}`);
    return null;
  };
  return {
    hypothesis: one<HypothesisStrategy>('hypothesis', hypothesisStrategies),
    rollbacks: one<RollbackStrategy>('rollbacks', rollbackStrategies),
  };
}

function checkControlReferences(experiment: Experiment, problems: Problems): void {
  const { controls, hypothesis, method, rollbacks } = experiment;
  const activities = [...(hypothesis?.steps ?? []), ...method, ...rollbacks].map(({ activity }) => activity);
  const all = [controls, hypothesis?.controls ?? [], ...activities.map((activity) => activity.controls)].flat();
  const names = new Set(all.filter(({ ref }) => ref === null).map(({ name }) => name));
  for (const { ref } of all) {
    if (ref !== null && !names.has(ref)) problems.add('controls', `there is no control "${ref}" to refer to`);
  }
}
