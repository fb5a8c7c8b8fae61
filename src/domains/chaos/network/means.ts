import { randomBytes, randomInt } from 'node:crypto';
import type { ComponentOf } from '../fault.ts';
import type { Means } from './network-fault.ts';
import { inNetworkOf, peerOf } from './prober.ts';

type Named = ComponentOf<'namespace'>;

/**
 * A queueing discipline for all that leaves by an interface. Its handle is its own, so that no other is taken off.
 * @param discipline as tc takes it: `netem delay 50ms`
 * @param children what is added below the root, with `HANDLE` for its handle
 */
export function qdisc(component: Named, discipline: string[], children: string[][] = []): Means {
  const handle = `${(0x5000 + randomInt(0x0fff)).toString(16)}:`;
  const root = ['tc', 'qdisc', 'add', 'dev', component.interface, 'root', 'handle', handle, ...discipline];
  const below = children.map((argv) => argv.map((part) => part.replace('HANDLE', handle)));
  const remove = ['tc', 'qdisc', 'del', 'dev', component.interface, 'root', 'handle', handle];
  return {
    put: [root, ...below],
    // 2: not there any more; 1: nor is the namespace.
    undo: [{ kind: 'command', argv: inNetworkOf(component, remove), okExits: [0, 1, 2] }],
    left: { command: ['tc', 'qdisc', 'show', 'dev', component.interface], text: ` ${handle} ` },
  };
}

export interface RuleOptions {
  direction: 'out' | 'in' | 'both';
  /** `peer`: nothing but what goes to or comes from the component's peer. */
  scope: 'peer' | 'interface';
  /** More conditions: `-m statistic …`. */
  match: string[];
}

/** Drops packets by rules of iptables that carry a mark of their own in a comment. */
export function dropRules(component: Named, { direction, scope, match }: RuleOptions): Means {
  const [host, port] = peerOf(component);
  const comment = `shakedown-${randomBytes(6).toString('hex')}`;
  const program = host.includes(':') ? 'ip6tables' : 'iptables';
  const rule = (way: 'out' | 'in'): string[] => {
    const [chain, device, address, portOf] =
      way === 'out' ? ['OUTPUT', '-o', '-d', '--dport'] : ['INPUT', '-i', '-s', '--sport'];
    const only = scope === 'peer' ? ['-p', 'tcp', address, host, portOf, String(port)] : [];
    const marked = ['-m', 'comment', '--comment', comment];
    return [chain, device, component.interface, ...only, ...match, ...marked, '-j', 'DROP'] as string[];
  };
  const ways = direction === 'both' ? (['out', 'in'] as const) : [direction];
  return {
    put: ways.map((way) => [program, '-w', '5', '-I', ...rule(way)]),
    // 1: not there any more. Without the rights it is 4.
    undo: ways.map((way) => ({
      kind: 'command',
      argv: inNetworkOf(component, [program, '-w', '5', '-D', ...rule(way)]),
      okExits: [0, 1],
    })),
    left: { command: [program, '-w', '5', '-S'], text: comment },
  };
}
