import type { LedgerFinding } from '../../../model/chaos.ts';
import type { Entry } from './history.ts';
import type { Call, Operation } from './linearizable/call.ts';
import { checkLinearizable } from './linearizable/check.ts';
import { isWhole, tokenIn } from './value.ts';

type Invoke = Extract<Entry, { e: 'invoke'; f: 'get' | 'set' | 'cas' }>;
type Answer = Extract<Entry, { e: 'ok' | 'fail' | 'info' }>;

interface Checked {
  linearizable: boolean | null;
  findings: LedgerFinding[];
}

/** The calls on registers, and whether an order explains them. */
export class Registers {
  readonly #open = new Map<number, { entry: Invoke; invoked: number }>();
  readonly #calls = new Map<string, Call[]>();
  readonly #times = new Map<Call, number>();
  readonly #findings: LedgerFinding[] = [];
  #position = 0;

  invoke(entry: Invoke): void {
    this.#open.set(entry.n, { entry, invoked: ++this.#position });
  }

  /** @returns true for a read that was answered */
  answer(answer: Answer): boolean {
    const open = this.#open.get(answer.n);
    if (open === undefined) return false;
    this.#open.delete(answer.n);
    const { entry, invoked } = open;
    const returned = ++this.#position;
    const seen = answer.v ?? null;
    if (entry.f === 'get') {
      if (answer.e !== 'ok') return false;
      if (seen !== null && !isWhole(seen)) {
        const token = tokenIn(seen) ?? entry.k;
        const detail = `key ${entry.k} reads ${JSON.stringify(seen.slice(0, 80))}, which was never written`;
        this.#findings.push({ kind: 'corrupted', token, detail, atMs: answer.t });
      } else this.#add(entry, invoked, returned, answer.t, { f: 'read', value: seen });
      return true;
    }
    // Refused: nothing was stored. A compare-and-set is refused for other reasons too, so it shows nothing of the value.
    if (answer.e === 'fail') return false;
    this.#add(entry, invoked, answer.e === 'ok' ? returned : null, answer.t, writeOf(entry));
    return false;
  }

  #add(entry: Invoke, invoked: number, returned: number | null, atMs: number, operation: Operation): void {
    const list = this.#calls.get(entry.k) ?? [];
    this.#calls.set(entry.k, list);
    const call: Call = { invoked, returned, operation, label: `client ${entry.c}, operation ${entry.n}` };
    list.push(call);
    this.#times.set(call, atMs);
  }

  /** Stale reads are distinguished from other violations: the value had been overwritten, for sure, before the read began. */
  check(timeMs = 30_000): Checked {
    for (const { entry, invoked } of this.#open.values()) {
      if (entry.f !== 'get') this.#add(entry, invoked, null, entry.t, writeOf(entry));
    }
    this.#open.clear();
    if (this.#calls.size === 0) return { linearizable: null, findings: this.#findings };
    const { linearizable, violations } = checkLinearizable(this.#calls, null, { timeMs });
    const findings = violations.map(({ key, call, detail }): LedgerFinding => {
      const read = call.operation.f === 'read' ? call.operation.value : null;
      const token = (read === null ? null : tokenIn(read)) ?? key;
      return { kind: 'order', token, detail: `key ${key}: ${detail}`, atMs: this.#times.get(call) ?? 0 };
    });
    const stale = [...this.#calls].flatMap(([key, calls]) =>
      staleReads(calls).map((call): LedgerFinding => {
        const value = call.operation.f === 'read' ? call.operation.value : null;
        const token = (value === null ? null : tokenIn(value)) ?? key;
        const detail = `key ${key}: read by ${call.label} after another write had been acknowledged`;
        return { kind: 'stale', token, detail, atMs: this.#times.get(call) ?? 0 };
      }),
    );
    return { linearizable, findings: [...this.#findings, ...findings, ...stale] };
  }
}

function writeOf(entry: Exclude<Invoke, { f: 'get' }>): Operation {
  return entry.f === 'set' ? { f: 'write', value: entry.v } : { f: 'cas', from: entry.x, to: entry.v, done: true };
}

/**
 * Reads of a value whose own write was over before another acknowledged one began, which was over before the read began. Values are
 * unique, so it cannot have been written again.
 */
function staleReads(calls: readonly Call[]): Call[] {
  const wrote = new Map<string | null, number>([[null, 0]]);
  const writes: { invoked: number; returned: number }[] = [];
  for (const { operation, invoked, returned } of calls) {
    if (operation.f === 'read' || returned === null) continue;
    writes.push({ invoked, returned });
    if (operation.f === 'write') wrote.set(operation.value, returned);
    if (operation.f === 'cas') wrote.set(operation.to, returned);
  }
  return calls.filter(({ operation, invoked }) => {
    const over = operation.f === 'read' ? wrote.get(operation.value) : undefined;
    return over !== undefined && writes.some((other) => other.invoked > over && other.returned < invoked);
  });
}
