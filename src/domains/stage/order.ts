import type { Phase, StageKey } from '../phase.ts';

export type DomainPhase = Phase & { readonly domain: string };

/** Who writes a key; undefined: no phase does. */
function writerOf(key: StageKey, phases: readonly Phase[]): Phase | undefined {
  return phases.find(({ writes }) => writes.includes(key));
}

/** Ids of the phases that must have ended before one begins: those it names, and those that write what it reads. */
export function before(phase: Phase, phases: readonly Phase[]): string[] {
  const writers = phase.reads.flatMap((key) => writerOf(key, phases)?.id ?? []);
  const named = (phase.after ?? []).filter((id) => phases.some((each) => each.id === id));
  return [...new Set([...named, ...writers])].filter((id) => id !== phase.id);
}

/**
 * The phases in an order in which each comes after those that it waits for; where that leaves a choice, those of one list first.
 * @throws RangeError where they wait for one another
 */
export function inOrder<P extends Phase>(phases: readonly P[]): P[] {
  const ordered: P[] = [];
  const left = [...phases];
  while (left.length > 0) {
    const done = new Set(ordered.map(({ id }) => id));
    const next = left.findIndex((phase) => before(phase, phases).every((id) => done.has(id)));
    if (next < 0) throw new RangeError(`Phases wait for one another: ${left.map(({ id }) => id).join(', ')}.`);
    ordered.push(...left.splice(next, 1));
  }
  return ordered;
}

/** What is wrong with declarations, a sentence each: two phases of one name, two writers of a key, an event that nobody announces. */
export function contradictions(phases: readonly DomainPhase[]): string[] {
  const found: string[] = [];
  for (const [index, { id, domain, writes, listens, reads, after = [] }] of phases.entries()) {
    if (phases.findIndex((each) => each.id === id) !== index) found.push(`Two phases are called ${id}.`);
    for (const key of writes) {
      const writer = writerOf(key, phases);
      if (writer?.id !== id) found.push(`${key} is written by ${writer?.id} and by ${id}.`);
    }
    for (const event of listens) {
      const announcers = phases.filter(({ emits }) =>
        emits.some((emitted) => (typeof emitted === 'string' ? emitted : emitted.event) === event),
      );
      if (event !== 'swarm/started' && announcers.length === 0)
        found.push(`${id} of ${domain} waits for ${event}, which nobody announces.`);
    }
    for (const key of reads)
      if (writerOf(key, phases) === undefined) found.push(`${id} reads ${key}, which nobody writes.`);
    for (const other of after)
      if (!phases.some((each) => each.id === other)) found.push(`${id} comes after ${other}, which there is not.`);
  }
  return found;
}
