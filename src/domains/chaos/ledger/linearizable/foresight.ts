import type { Call } from './call.ts';
import type { Sets } from './sets.ts';
import type { States } from './states.ts';
import type { Timeline } from './timeline.ts';

/** State of a register whose value will not be read any more: all such states are equal. */
const unseen = -2;

/** What the answers still to come say of a state; it saves a search from going where they contradict it. */
export interface Foresight {
  /** The state, or one for all that are not read from here on. */
  settled(state: number, position: number): number;
  /** An answer to come needs the state, and nothing that is left could lead to it again: it must not be left. */
  holds(state: number, position: number, set: number, used: number): boolean;
  /** An answer to come shows that the state was never there. */
  refutes(state: number, position: number, set: number): boolean;
  /** An unanswered call matters to another that is under way; if not, it may as well take effect later. */
  isWorthwhile(call: number, state: number, position: number, set: number, used: number): boolean;
  /** Writes under way that nobody will see: they can take effect just before another write, whatever comes. */
  withUnseenWrites(position: number, set: number): number;
}

/** @param optional the sets of unanswered calls, by their place in `line.unanswered` */
export function createForesight(
  calls: readonly Call[],
  line: Timeline,
  states: States,
  done: Sets,
  optional: Sets,
): Foresight {
  const appends = calls.some(({ operation }) => operation.f === 'append');
  const onlyAppends = appends && calls.every(({ operation }) => operation.f === 'append' || operation.f === 'read');
  const refusals = calls.some(({ operation }) => operation.f === 'cas' && !operation.done);
  const consumers = new Map<number, number[]>();
  const producers = new Map<number, number[]>();
  const lastLook = new Map<number, number>();
  const place = new Map(line.unanswered.map((call, index) => [call, index]));
  const add = (lists: Map<number, number[]>, state: number, call: number) => {
    const list = lists.get(state);
    if (list === undefined) lists.set(state, [call]);
    else list.push(call);
  };
  const answerOf = (call: number) => line.answeredAt[call] as number;
  for (const [call, { returned, operation }] of calls.entries()) {
    const needs = states.needs[call] as number;
    const gives = states.gives[call] as number;
    if (needs >= 0) lastLook.set(needs, Math.max(lastLook.get(needs) ?? -1, answerOf(call)));
    const must = operation.f === 'read' || (operation.f === 'cas' && operation.done);
    if (needs >= 0 && must && returned !== null) add(consumers, needs, call);
    if (gives >= 0) add(producers, gives, call);
  }
  for (const list of consumers.values()) list.sort((a, b) => answerOf(b) - answerOf(a));
  for (const list of producers.values()) list.sort((a, b) => answerOf(b) - answerOf(a));
  const reads = calls.flatMap(({ operation, returned }, call) =>
    operation.f === 'read' && returned !== null ? [call] : [],
  );
  const lastRead = reads.sort((a, b) => answerOf(b) - answerOf(a))[0] ?? -1;

  const isRefusal = (call: number) => states.needs[call] !== -1 && states.gives[call] === -1 && !isRead(call);
  const isRead = (call: number) => calls[call]?.operation.f === 'read';
  const isAppend = (call: number) => calls[call]?.operation.f === 'append';
  const isLeft = (call: number, position: number, set: number) =>
    answerOf(call) >= position &&
    !((line.beginsAt[call] as number) <= position && done.has(set, line.slots[call] as number));
  const isUnseen = (state: number, position: number) => state === unseen || (lastLook.get(state) ?? -1) < position;

  return {
    settled: (state, position) => (!appends && isUnseen(state, position) ? unseen : state),
    holds(state, position, set, used) {
      if (appends && !onlyAppends) return false;
      let needed = false;
      for (const call of consumers.get(state) ?? []) {
        if (answerOf(call) < position) break;
        if (isLeft(call, position, set)) needed = true;
        if (needed) break;
      }
      if (!needed) return false;
      for (const call of producers.get(state) ?? []) {
        const index = place.get(call);
        if (index !== undefined) {
          if (!optional.has(used, index)) return false;
        } else if (answerOf(call) < position) break;
        else if (isLeft(call, position, set)) return false;
      }
      return true;
    },
    refutes(state, position, set) {
      if (!onlyAppends || lastRead < 0 || !isLeft(lastRead, position, set)) return false;
      const final = states.value(states.needs[lastRead] as number) ?? '';
      return !final.startsWith(states.value(state) ?? '');
    },
    isWorthwhile(call, state, position, set, used) {
      const gives = states.gives[call] as number;
      if (gives < 0) return true;
      for (let index = line.from[position] as number; index < (line.from[position + 1] as number); index++) {
        const other = line.open[index] as number;
        const needs = states.needs[other] as number;
        if (done.has(set, line.slots[other] as number)) continue;
        if (needs === gives || (needs === state && isRefusal(other)) || isAppend(other)) return true;
      }
      for (let index = 0; index < (line.begun[position] as number); index++) {
        const other = line.unanswered[index] as number;
        if ((states.needs[other] === gives || isAppend(other)) && !optional.has(used, index)) return true;
      }
      return false;
    },
    withUnseenWrites(position, set) {
      if (appends || refusals) return set;
      for (let index = line.from[position] as number; index < (line.from[position + 1] as number); index++) {
        const call = line.open[index] as number;
        if (calls[call]?.operation.f === 'write' && isUnseen(states.gives[call] as number, position)) {
          set = done.with(set, line.slots[call] as number);
        }
      }
      return set;
    },
  };
}
