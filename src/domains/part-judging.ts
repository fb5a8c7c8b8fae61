import type { z } from 'zod';
import { list } from '../gate/words.ts';
import type { EventSchemas, JournalData } from '../model/event.ts';
import type { Objective } from '../model/verdict.ts';
import type { Judging } from './domain.ts';
import { type PartDomain, partDomainEvents } from './part-declaration.ts';
import { PartsFold } from './part-fold.ts';
import { partMetric, partObjective, policyAsksFor, shareMetric, shareObjective } from './part-objectives.ts';
import { notAskedWords, type PartsSection, partsSection } from './part-section.ts';
import type { RunPurpose } from './validation.ts';

/** What the journal says of a domain's parts. */
class PartDomainFold extends PartsFold {
  /** Ids of the parts that were asked for; null: this run has none. */
  chosen: readonly string[] | null = null;
  /** Those that the configuration leaves out. */
  leftOut: readonly { part: string; reason: string; owner: string | null }[] = [];

  purpose: RunPurpose | undefined;

  add(kind: string, data: never): void {
    if (kind === 'started') {
      const started = data as z.output<typeof partDomainEvents.started>;
      this.chosen = started.chosen;
      this.purpose = started.purpose;
      this.leftOut = started.leftOut ?? [];
    } else this.take(kind, data);
  }
}

/** From the events of a domain's parts to its section, and an objective for each part: nothing of it failed. */
export function partJudging(about: PartDomain): Judging<PartDomainFold, PartsSection> {
  const { id, gate, of, cause, parts } = about;
  const prefix = `shakedown.${id}.`;
  const gateOf = (part: (typeof parts)[number]) => part.gate ?? gate;
  const objectiveOf = (part: (typeof parts)[number]): Objective => partObjective(id, gateOf(part), part);
  const events: EventSchemas = Object.fromEntries(
    Object.entries(partDomainEvents).map(([kind, schema]) => [`${prefix}${kind}`, schema]),
  );
  return {
    events,
    begin: () => new PartDomainFold(),
    add(fold, event: JournalData) {
      if (event.type.startsWith(prefix)) fold.add(event.type.slice(prefix.length), event.data as never);
    },
    metrics: [
      ...parts.map((part) =>
        partMetric<PartDomainFold, PartsSection>(
          { prefix: id, words: 'the validation of', ...(cause === undefined ? {} : { cause }) },
          part,
          (section) => ({ results: section.parts, notBegun: section.notBegun }),
        ),
      ),
      ...shareMetric<PartDomainFold>(about),
    ],
    allObjectives: [...parts.map(objectiveOf), ...shareObjective(about)],
    // READY by a policy that names the gate rests on every part of it. What is left out is judged by nothing; see the doubts.
    objectives: ({ chosen, leftOut }, _, config) =>
      chosen === null
        ? []
        : [
            ...parts
              .filter(({ id: of }) => !leftOut.some(({ part }) => part === of))
              .filter((part) => chosen.includes(part.id) || policyAsksFor(gateOf(part), config))
              .map(objectiveOf),
            ...(chosen.length > leftOut.length ? shareObjective(about) : []),
          ],
    gates: ({ chosen }) => [...new Set(parts.filter((part) => chosen?.includes(part.id)).map(gateOf))],
    section: async (fold) =>
      fold.chosen === null ? null : partsSection(parts, fold.chosen, fold, fold.leftOut, fold.purpose),
    // A claim about a release says something of every part of the gates that it names, so one that is left out leaves it open.
    doubts({ leftOut }, _, { started }) {
      const asked = parts.filter((part) => policyAsksFor(gateOf(part), started.config));
      const open = asked.filter(({ id: of }) => leftOut.some(({ part }) => part === of)).map(({ title }) => title);
      if (open.length === 0) return [];
      const clause = `of ${of} the configuration leaves out what the policy asks for: ${list(open)}`;
      return [
        {
          clause,
          missing: `Nothing is shown of what the configuration leaves out and the policy asks for: ${list(open)}.`,
        },
      ];
    },
    missing: (_, section) => notAskedWords(of, section),
  };
}
