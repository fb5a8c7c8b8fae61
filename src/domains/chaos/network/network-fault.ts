import type { z } from 'zod';
import type { ProofCheck } from '../../../model/chaos.ts';
import type { ComponentOf, Fault } from '../fault.ts';
import { missingProgram, mustRun, notRoot, runCommand } from '../machine/command.ts';
import { pidOf } from '../machine/pressure.ts';
import { proofOf } from '../proof.ts';
import { doUndoably, type UndoStep } from '../undo.ts';
import { inNetworkOf, type Prober, peerOf, startProber } from './prober.ts';

type Named = ComponentOf<'namespace'>;

/** How a fault is put on an interface and taken off, as commands in its namespace. */
export interface Means {
  put: string[][];
  undo: UndoStep[];
  /** Nothing of it is left when this command's output has not this text. */
  left: { command: string[]; text: string };
}

export interface NetworkDescription<Arguments, Before> {
  name: string;
  title: string;
  schema: z.ZodType<Arguments>;
  /** `packets out delayed by 50 ms`. */
  words(args: Arguments): string;
  /** What the chosen means needs of the kernel, for this machine; null: it is there. */
  lacks(args: Arguments | undefined): Promise<string | null>;
  /** `netem`, `tbf`, `iptables`: shown beforehand and in the proof. */
  using(args: Arguments): string;
  means(args: Arguments, component: Named): Means;
  /** Connections kept from before the fault. */
  kept: number;
  before(prober: Prober, args: Arguments): Promise<Before>;
  measure(prober: Prober, args: Arguments, before: Before): Promise<ProofCheck[]>;
}

/** A fault on a named interface, measured on connections from before it and on new ones. */
export function networkFault<Arguments, Before>(
  description: NetworkDescription<Arguments, Before>,
): Fault<Arguments, 'namespace'> {
  const { name, title, schema, words, lacks, using, means, kept, before: measureBefore, measure } = description;
  return {
    name,
    title,
    layer: 'network',
    on: ['namespace'],
    schema,
    async unavailable(component, args) {
      const wanted = { ip: 'iproute2', tc: 'iproute2', iptables: 'iptables', nsenter: 'util-linux' };
      if (component.pid !== undefined && component.pid() < 1) return `${component.name} does not run on this machine`;
      if (process.platform !== 'linux') return 'interfaces are changed on Linux only: use a Toxiproxy link instead';
      return missingProgram(wanted) ?? notRoot('changing an interface') ?? (await lacks(args));
    },
    touches(args, component) {
      const where = whereOf(component);
      return [`interface ${component.interface} ${where}: ${words(args)}, by ${using(args)}`];
    },
    async inject(args, given, { undo, noop, signal }) {
      peerOf(given);
      const component = fixed(given);
      const chosen = means(args, component);
      const prober = startProber(component);
      try {
        await prober.keep(kept);
        const before = await measureBefore(prober, args);
        const entry = await doUndoably(
          { undo, signal },
          `take ${name} off ${component.name}`,
          chosen.undo,
          async () => {
            if (!noop) for (const argv of chosen.put) await mustRun(inNetworkOf(component, argv));
          },
        );
        const still = async (): Promise<ProofCheck> => {
          const { command, text } = chosen.left;
          const held = (await runCommand(inNetworkOf(component, command))).stdout.includes(text);
          const measured = held ? using(args) : `no ${text.trim()} on ${component.interface}`;
          return { what: 'means', expected: using(args), measured, held };
        };
        return {
          momentary: false,
          still,
          async prove() {
            return proofOf([await still(), ...(await measure(prober, args, before))]);
          },
          async revert() {
            prober.end();
            await entry.run();
            const { command, text } = chosen.left;
            const shown = await runCommand(inNetworkOf(component, command));
            if (shown.stdout.includes(text)) throw new Error(`${text} is still on ${component.interface}`);
          },
        };
      } catch (error) {
        prober.end();
        throw error;
      }
    },
  };
}

function whereOf({ name, namespace, pid }: Named): string {
  if (pid !== undefined) return `in the network namespace of ${name}`;
  return namespace === null ? 'of this machine' : `in network namespace ${namespace}`;
}

/** What is put into a namespace is taken out of that one, whichever process the component is by then. */
function fixed(component: Named): Named {
  if (component.pid === undefined) return component;
  const pid = pidOf({ name: component.name, pid: component.pid });
  return { ...component, pid: () => pid };
}

/**
 * Asks the kernel in a namespace that is gone at once whether it has a queueing discipline.
 * @param words as tc takes them: `netem delay 1ms`
 */
export async function hasQdisc(words: string): Promise<boolean> {
  const known = asked.get(words);
  if (known !== undefined) return known;
  const end = await runCommand([
    ...['unshare', '--net', '/bin/sh', '-c'],
    `ip link set lo up && tc qdisc add dev lo root ${words}`,
  ]);
  asked.set(words, end.code === 0);
  return end.code === 0;
}

const asked = new Map<string, boolean>();

/** @param instead what can be had where the kernel has no netem */
export async function lacksNetem(instead: string): Promise<string | null> {
  return (await hasQdisc('netem delay 1ms')) ? null : `this kernel has no netem (CONFIG_NET_SCH_NETEM): ${instead}`;
}
