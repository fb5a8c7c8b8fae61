import type { Doubt } from '../../domains/domain.ts';
import { changed } from '../../gate/objectives.ts';
import { configurationAsksLess, configurationLeavesOut, weakerOf } from '../../gate/weaker.ts';
import { list } from '../../gate/words.ts';
import type { Objective } from '../../model/verdict.ts';
import type { JudgeSettings } from './settings.ts';

const named = 5;

/**
 * What a configuration takes from a policy: objectives that the policy names and its own table lacks leave the run open; default ones that it
 * left out or asks less of are said, in the headline too, since READY is read as what the policy and the defaults ask for.
 * @param defaults those that this run has evidence for
 * @param judged those that it was judged by
 * @param gates ids of the gates that it was judged by
 */
export function policyLines(
  { policy, objectives: given, lenience }: Pick<JudgeSettings, 'policy' | 'objectives' | 'lenience'>,
  defaults: readonly Objective[],
  judged: readonly Objective[],
  gates: readonly string[],
): { doubts: Doubt[]; missing: string[]; caveats: string[] } {
  if (policy === null)
    return {
      ...{ doubts: [], caveats: [] },
      missing: given === null ? [] : weakerThanDefault(given, defaults, judged, gates),
    };
  if (given === null) {
    const lines = lenience.length === 0 ? [] : [asksLess(lenience)];
    return { doubts: [], missing: lines, caveats: lines };
  }
  const decides = (gate: string) => gates.includes(gate) && policy.gates.includes(gate);
  const asked = changed(defaults, policy.objectives).filter(({ gate }) => decides(gate));
  const byId = new Map(judged.map((one) => [one.id, one]));
  const absent = Array.isArray(given) ? asked.filter(({ id }) => !byId.has(id)) : [];
  const [required, others] = [true, false].map((isNamed) =>
    absent.filter(({ id }) => Object.hasOwn(policy.objectives, id) === isNamed).map(({ id }) => id),
  ) as [string[], string[]];
  const weaker = [...lenience, ...weakerOf(asked, judged)];
  const doubt = {
    clause: `${list(required)}, which the policy names, ${required.length === 1 ? 'is' : 'are'} not in the configuration’s table of objectives`,
    missing: `Not judged, though the policy “${policy.title}” names ${required.length === 1 ? 'it' : 'them'}: ${list(required)}. The configuration has a table of objectives of its own without ${required.length === 1 ? 'it' : 'them'}.`,
  };
  const missing = [
    ...(weaker.length === 0 ? [] : [asksLess(weaker)]),
    ...(others.length === 0 ? [] : [`${configurationLeavesOut} default ones of the policy’s gates: ${some(others)}.`]),
  ];
  // READY by such a configuration must not be taken for READY by the policy.
  return { doubts: required.length === 0 ? [] : [doubt], missing, caveats: missing };
}

function asksLess(weaker: readonly string[]): string {
  return `${configurationAsksLess} than the policy and the default objectives do: ${some(weaker)}.`;
}

/** The same without a policy: PASSED is read as what the default objectives ask for, where nobody says otherwise. */
function weakerThanDefault(
  given: NonNullable<JudgeSettings['objectives']>,
  defaults: readonly Objective[],
  judged: readonly Objective[],
  gates: readonly string[],
): string[] {
  const asked = defaults.filter(({ gate }) => gates.includes(gate));
  const weaker = weakerOf(asked, judged);
  const ids = new Set(judged.map(({ id }) => id));
  const absent = Array.isArray(given) ? asked.filter(({ id }) => !ids.has(id)).map(({ id }) => id) : [];
  return [
    ...(weaker.length === 0 ? [] : [`${configurationAsksLess} than the default objectives do: ${some(weaker)}.`]),
    ...(absent.length === 0 ? [] : [`${configurationLeavesOut} default ones: ${some(absent)}.`]),
  ];
}

function some(items: readonly string[]): string {
  if (items.length <= named) return list(items);
  return `${items.slice(0, named).join(', ')} and ${items.length - named} more`;
}
