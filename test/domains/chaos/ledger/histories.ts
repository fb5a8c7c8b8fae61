import type { Call, Operation } from '../../../../src/domains/chaos/ledger/linearizable/call.ts';
import { seeded } from '../../../random.ts';

export interface MadeHistory {
  seed: number;
  clients: number;
  calls: number;
  /** Of operations that are never answered; half of them take effect all the same. */
  unanswered?: number;
  operations?: readonly ('read' | 'write' | 'cas' | 'append')[];
  /** Distinct values of writes; unique ones when absent. */
  values?: number;
  /** Value of what was never written. */
  initial?: string | null;
}

/**
 * Simulates clients of a real atomic register: each call takes effect at one moment between its invocation and its answer, so that the
 * history is linearizable by construction.
 */
export function makeHistory(made: MadeHistory): Call[] {
  const { seed, clients, calls, unanswered = 0, values, initial = null } = made;
  const operations = made.operations ?? ['read', 'write', 'cas'];
  const random = seeded(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const done: Call[] = [];
  let state = initial;
  let time = 0;
  let written = 0;
  const fresh = () => String(values === undefined ? written++ : pick(values));
  type Step = 'idle' | 'invoked' | 'took effect';
  const open = Array.from({ length: clients }, () => ({ step: 'idle' as Step, call: null as Call | null }));
  const begin = (client: number): Call => {
    const f = operations[pick(operations.length)] ?? 'read';
    const operation: Operation =
      f === 'read'
        ? { f, value: null }
        : f === 'cas'
          ? { f, from: random() < 0.6 ? state : fresh(), to: fresh(), done: true }
          : { f, value: f === 'append' ? `<${fresh()}>` : fresh() };
    return { invoked: ++time, returned: null, operation, label: `client ${client}` };
  };
  const apply = ({ operation }: Call) => {
    if (operation.f === 'read') operation.value = state;
    else if (operation.f === 'write') state = operation.value;
    else if (operation.f === 'append') state = (state ?? '') + operation.value;
    else if (operation.from === state) state = operation.to;
    else operation.done = false;
  };
  while (done.length < calls) {
    const client = pick(clients);
    const one = open[client];
    if (one === undefined) continue;
    if (one.call === null) {
      one.call = begin(client);
      one.step = 'invoked';
    } else if (one.step === 'invoked') {
      const lost = random() < unanswered;
      if (!lost || random() < 0.5) apply(one.call);
      one.step = 'took effect';
      if (lost) {
        done.push(asUnanswered(one.call));
        one.call = null;
      }
    } else {
      one.call.returned = ++time;
      done.push(one.call);
      one.call = null;
    }
  }
  // What is under way at the end may have taken effect, and others may have seen it.
  return [...done, ...open.flatMap(({ call }) => (call === null ? [] : [asUnanswered(call)]))];
}

function asUnanswered(call: Call): Call {
  if (call.operation.f === 'cas') call.operation.done = true;
  return call;
}

/** Tries every order, and every choice of unanswered calls that took effect: right by being simple, for a handful of calls. */
export function explainedByBruteForce(calls: readonly Call[], initial: string | null): boolean {
  const used = new Set<Call>();
  const search = (state: string | null): boolean => {
    const left = calls.filter((call) => !used.has(call));
    if (left.every(({ returned }) => returned === null)) return true;
    const bound = Math.min(...left.map(({ returned }) => returned ?? Number.POSITIVE_INFINITY));
    return left.some((call) => {
      if (call.invoked > bound) return false;
      const after = applied(call.operation, state);
      if (after === undefined) return false;
      used.add(call);
      if (search(after)) return true;
      used.delete(call);
      return false;
    });
  };
  return search(initial);
}

function applied(operation: Operation, state: string | null): string | null | undefined {
  switch (operation.f) {
    case 'read':
      return operation.value === state ? state : undefined;
    case 'write':
      return operation.value;
    case 'append':
      return (state ?? '') + operation.value;
    default:
      if (operation.done) return operation.from === state ? operation.to : undefined;
      return operation.from === state ? undefined : state;
  }
}
