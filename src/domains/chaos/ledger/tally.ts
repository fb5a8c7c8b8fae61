import type { LedgerFinding, LedgerResult } from '../../../model/chaos.ts';
import { became, Columns, shown } from './columns.ts';
import type { Entry, Phase } from './history.ts';
import { Registers } from './registers.ts';
import { operationOf, tokenOf } from './value.ts';

type Counted = Pick<LedgerResult, 'writes' | 'acknowledged' | 'refused' | 'unknown' | 'reads'> &
  Pick<LedgerResult, 'lost' | 'duplicated' | 'corrupted' | 'stale' | 'unexpected' | 'linearizable' | 'readBack'>;

export interface Verified extends Counted {
  findings: LedgerFinding[];
  /** A written value was read at least once, in the load or after. */
  everSeen: boolean;
  /** The first write that could not be asked for, and why; null: all could. */
  unread: { token: string; why: string } | null;
}

const worstFirst: LedgerFinding['kind'][] = ['lost', 'corrupted', 'duplicated', 'order', 'unexpected', 'stale'];
const findingsKept = 100;
const phases: Record<Phase, string> = { recovery: 'after recovery', restart: 'after the restart' };

/**
 * Folds an operations file into what became of every write. Only what was acknowledged can be lost, only what was refused is
 * unexpected, and an unknown write may be there or not.
 */
export class Tally {
  readonly #at = new Columns();
  readonly #registers = new Registers();
  readonly #checks = new Map<number, { target: number; acknowledgedBefore: boolean }>();
  /** Acknowledged before a read that did not show it: operation → time of the read. */
  readonly #missed = new Map<number, number>();
  readonly #findings = new Map<LedgerFinding['kind'], LedgerFinding[]>();
  readonly #ended: Record<Phase, boolean | null> = { recovery: null, restart: null };
  readonly #counts = { lost: 0, duplicated: 0, corrupted: 0, stale: 0, unexpected: 0, order: 0 };
  /** Given by the server, by operation. */
  readonly #ids = new Map<number, string>();
  #unread: Verified['unread'] = null;
  #run = '';
  #reads = 0;
  #everSeen = false;

  add(entry: Entry): void {
    switch (entry.e) {
      case 'begin':
        this.#run = entry.run;
        return;
      case 'invoke':
        this.#invoke(entry);
        return;
      case 'seen':
        this.#seen(entry);
        return;
      case 'unread': {
        const operation = operationOf(this.#run, entry.k);
        if (operation === null) return;
        this.#unread ??= { token: entry.k, why: entry.s };
        this.#at.reach(operation);
        this.#at[entry.p][operation] = (this.#at[entry.p][operation] ?? 0) | shown.unread;
        return;
      }
      case 'end':
        this.#ended[entry.p] = entry.complete;
        return;
      default:
        this.#answer(entry);
    }
  }

  #invoke(entry: Extract<Entry, { e: 'invoke' }>): void {
    const at = this.#at;
    at.reach(entry.n);
    if (entry.f === 'write') {
      at.state[entry.n] = became.open;
      at.hash[entry.n] = Number.parseInt(entry.h, 16);
      at.answeredMs[entry.n] = entry.t;
    } else if (entry.f === 'check') {
      const target = operationOf(this.#run, entry.k) ?? -1;
      this.#checks.set(entry.n, { target, acknowledgedBefore: at.state[target] === became.acknowledged });
    } else this.#registers.invoke(entry);
  }

  #answer(entry: Extract<Entry, { e: 'ok' | 'fail' | 'info' }>): void {
    const at = this.#at;
    if (at.state[entry.n] === became.open) {
      at.state[entry.n] = entry.e === 'ok' ? became.acknowledged : entry.e === 'fail' ? became.refused : became.unknown;
      at.answeredMs[entry.n] = entry.t;
      if (entry.i !== undefined) this.#ids.set(entry.n, entry.i);
      return;
    }
    const check = this.#checks.get(entry.n);
    if (check === undefined) {
      if (this.#registers.answer(entry)) this.#reads++;
      return;
    }
    this.#checks.delete(entry.n);
    if (entry.e !== 'ok') return;
    this.#reads++;
    const { target, acknowledgedBefore } = check;
    if ((entry.h ?? []).length > 0) this.#everSeen = true;
    else if (acknowledgedBefore && !this.#missed.has(target)) this.#missed.set(target, entry.t);
    // The same rules as in reading back, though only its copies are counted there.
    for (const hash of entry.h ?? []) {
      if (Number.parseInt(hash, 16) !== at.hash[target]) this.#damaged(target, 'recovery', entry.t, hash);
    }
  }

  #seen(entry: Extract<Entry, { e: 'seen' }>): void {
    const at = this.#at;
    const operation = operationOf(this.#run, entry.k);
    this.#everSeen = true;
    this.#reads++;
    if (operation === null || operation >= at.count || at.state[operation] === became.nothing) {
      this.#found('unexpected', entry.k, 'there, though it was never written', entry.t);
      return;
    }
    const column = at[entry.p];
    const bits = column[operation] ?? 0;
    column[operation] = bits | (bits & shown.once ? shown.more : shown.once) | (entry.late ? shown.late : 0);
    if (Number.parseInt(entry.h, 16) !== at.hash[operation]) this.#damaged(operation, entry.p, entry.t, entry.h);
  }

  #damaged(operation: number, phase: Phase, atMs: number, hash: string): void {
    const bits = this.#at.recovery[operation] ?? 0;
    if ((bits & shown.damaged) !== 0) return;
    this.#at.recovery[operation] = bits | shown.damaged;
    const written = (this.#at.hash[operation] ?? 0).toString(16).padStart(12, '0');
    const detail = `read with hash ${hash}, written with ${written}; seen ${phases[phase]} or while the load was on`;
    this.#found('corrupted', tokenOf(this.#run, operation), detail, atMs);
  }

  #found(kind: LedgerFinding['kind'], token: string, detail: string, atMs: number): void {
    this.#counts[kind]++;
    const list = this.#findings.get(kind) ?? [];
    this.#findings.set(kind, list);
    if (list.length < findingsKept) list.push({ kind, token, detail, atMs });
  }

  /** Of every write, in order. */
  *tokens(): Generator<string> {
    for (let operation = 0; operation < this.#at.count; operation++) {
      if (this.#at.state[operation] !== became.nothing) yield tokenOf(this.#run, operation);
    }
  }

  isAcknowledged(token: string): boolean {
    return this.#at.state[operationOf(this.#run, token) ?? -1] === became.acknowledged;
  }

  /** The id that the server gave to a token's write; undefined: none. */
  idOf(token: string): string | undefined {
    return this.#ids.get(operationOf(this.#run, token) ?? -1);
  }

  /** Call it once, at the end. @param timeMs what the linearizability check may take */
  verify(timeMs?: number): Verified {
    const at = this.#at;
    const states = { open: 0, acknowledged: 0, refused: 0, unknown: 0 };
    for (let operation = 0; operation < at.count; operation++) {
      const state = at.state[operation];
      if (state === became.nothing) continue;
      if (state === became.acknowledged) {
        states.acknowledged++;
        this.#acknowledged(operation);
      } else if (state === became.refused) {
        states.refused++;
        this.#refused(operation);
      } else states.unknown++;
      const copies = (at.recovery[operation] ?? 0) | (at.restart[operation] ?? 0);
      if ((copies & shown.more) !== 0) {
        this.#found('duplicated', tokenOf(this.#run, operation), 'there more than once', at.answeredMs[operation] ?? 0);
      }
    }
    const registers = this.#registers.check(timeMs);
    for (const { kind, token, detail, atMs } of registers.findings) this.#found(kind, token, detail, atMs);
    const { lost, duplicated, corrupted, stale, unexpected } = this.#counts;
    const { acknowledged, refused, unknown } = states;
    return {
      writes: acknowledged + refused + unknown,
      acknowledged,
      refused,
      unknown,
      reads: this.#reads,
      ...{ lost, duplicated, corrupted, stale, unexpected },
      linearizable: registers.linearizable,
      readBack: { afterRecovery: this.#ended.recovery === true, afterRestart: this.#ended.restart === true },
      findings: worstFirst.flatMap((kind) => this.#findings.get(kind) ?? []).slice(0, findingsKept),
      everSeen: this.#everSeen,
      unread: this.#unread,
    };
  }

  #acknowledged(operation: number): void {
    const at = this.#at;
    const token = tokenOf(this.#run, operation);
    const atMs = at.answeredMs[operation] ?? 0;
    const gone = (phase: Phase) =>
      this.#ended[phase] !== null && ((at[phase][operation] ?? 0) & (shown.once | shown.unread)) === 0;
    const seconds = `acknowledged at ${(atMs / 1000).toFixed(3)} s`;
    if (gone('recovery')) this.#found('lost', token, `${seconds}, not there after recovery`, atMs);
    else if (gone('restart')) this.#found('lost', token, `${seconds}, there before the restart, gone after`, atMs);
    else {
      const missedMs = this.#missed.get(operation);
      const late = (((at.recovery[operation] ?? 0) | (at.restart[operation] ?? 0)) & shown.late) !== 0;
      if (missedMs === undefined && !late) return;
      const where =
        missedMs === undefined ? 'in the first reading back' : `by a read at ${(missedMs / 1000).toFixed(3)} s`;
      this.#found('stale', token, `${seconds}, not seen ${where}, there later`, atMs);
    }
  }

  #refused(operation: number): void {
    const at = this.#at;
    if ((((at.recovery[operation] ?? 0) | (at.restart[operation] ?? 0)) & shown.once) === 0) return;
    this.#found('unexpected', tokenOf(this.#run, operation), 'refused, yet stored', at.answeredMs[operation] ?? 0);
  }
}
