import { ShakedownError } from '../../../model/error.ts';
import { wantedFaults } from '../experiment/fault-rules.ts';
import type { Experiment } from '../experiment/format.ts';
import type { Component, ComponentOf } from '../fault.ts';
import { faults } from '../faults/index.ts';
import { type Protocol, protocolOf } from '../toxiproxy/dialect.ts';

interface Wanted {
  place: string;
  fault: string;
  link: ComponentOf<'link'>;
}

/**
 * Faults of requests are for links that speak HTTP: on another they would cut connections and touch nothing. A link that does not answer now is said, and
 * nothing is known of it.
 * @throws ShakedownError FAULT_LINK with every fault of requests on a link that answers in another protocol
 */
export async function requireHttpLinks(
  experiments: readonly Experiment[],
  components: readonly Component[],
  warn: (message: string) => void,
): Promise<void> {
  const wanted = experiments.flatMap((experiment) => wantedOf(experiment, components));
  const listens = [...new Set(wanted.map(({ link }) => link.listen))];
  const spoken = new Map<string, Protocol>();
  await Promise.all(listens.map(async (listen) => spoken.set(listen, await protocolOf(listen))));
  const refused: string[] = [];
  for (const { place, fault, link } of wanted) {
    const protocol = spoken.get(link.listen) ?? 'none';
    const where = `${fault} on "${link.name}"`;
    if (protocol === 'none') {
      warn(`${place}: whether ${where} meets HTTP is not known: nothing at ${link.listen} answers it now.`);
    } else if (protocol !== 'HTTP') {
      const what = protocol === 'other' ? 'something else than HTTP' : `${protocol}, not HTTP`;
      refused.push(`${place}: ${where} could touch nothing: ${link.upstream} behind ${link.listen} speaks ${what}.`);
    }
  }
  if (refused.length === 0) return;
  throw new ShakedownError('FAULT_LINK', refused.join('\n  '), {
    hint: 'Choose a link that speaks HTTP, or a fault of connections, such as latency, reset-peer or down.',
  });
}

function wantedOf(experiment: Experiment, components: readonly Component[]): Wanted[] {
  return wantedFaults(experiment).flatMap(({ where, fault: name, component }) => {
    if (faults.find((one) => one.name === name)?.layer !== 'http') return [];
    const link = components.find((one) => one.kind === 'link' && one.name === component);
    return link?.kind === 'link' ? [{ place: `${experiment.file}, ${where}`, fault: name, link }] : [];
  });
}
