import type { Call } from './call.ts';
import { createForesight } from './foresight.ts';
import { createSets } from './sets.ts';
import { registerStates } from './states.ts';
import { timelineOf } from './timeline.ts';
import { Visited } from './visited.ts';

/** What one search may take. */
export interface SearchBounds {
  /** Configurations kept, of some 32 bytes each. */
  configurations: number;
  /** The search ends when this says so. */
  isOver(): boolean;
}

/** `linearizable` null: it did not end within its bounds. */
export interface SearchResult {
  linearizable: boolean | null;
  configurations: number;
}

/** A configuration of the search, and the next candidate to try from it. */
interface Frame {
  position: number;
  /** Answered calls under way that have taken effect. */
  set: number;
  state: number;
  /** Unanswered calls that have. */
  used: number;
  next: number;
  /** The state is still needed, and would not come again. */
  held: boolean;
}

const looksEvery = 4096;

/**
 * Is there one order of the calls, each taking effect at one moment between invocation and answer, that explains every answer? A
 * search as Wing and Gong describe it (Testing and Verifying Concurrent Objects, 1993), with what Lowe added to it (Testing for
 * Linearizability, 2017): no configuration is searched twice, and a call takes effect as late as it can, just before an answer that
 * needs it. Reads take effect as soon as they are true, which never stands in the way of anything.
 */
export function searchOrder(calls: readonly Call[], initial: string | null, bounds: SearchBounds): SearchResult {
  // An unanswered read shows nothing and changes nothing.
  const useful = calls.filter(({ returned, operation }) => returned !== null || operation.f !== 'read');
  const operations = useful.map(({ operation }) => operation);
  const line = timelineOf(useful);
  const states = registerStates(operations, initial);
  const observes = operations.map(({ f }, call) => f === 'read' || (f === 'cas' && states.gives[call] === -1));
  const done = createSets(line.slotCount);
  const optional = createSets(line.unanswered.length);
  const foresight = createForesight(useful, line, states, done, optional);
  const twins = earlierTwins(useful, line.unanswered);
  const visited = new Visited(optional);
  const end = line.answered.length;
  const slotOf = (call: number) => line.slots[call] as number;

  const stack: Frame[] = [];

  /** Goes on from here to the next answer that is not explained yet. @returns true at the end of the history */
  const advance = (position: number, set: number, state: number, used: number): boolean => {
    if (foresight.refutes(state, position, set)) return false;
    for (; position < end; position++) {
      const last = line.from[position + 1] as number;
      for (let index = line.from[position] as number; index < last; index++) {
        const call = line.open[index] as number;
        if (observes[call] && !done.has(set, slotOf(call)) && states.step(state, call) >= 0) {
          set = done.with(set, slotOf(call));
        }
      }
      const slot = slotOf(line.answered[position] as number);
      if (!done.has(set, slot)) break;
      set = done.without(set, slot);
    }
    if (position >= end) return true;
    state = foresight.settled(state, position);
    if (!visited.add(position, set, state, used)) return false;
    stack.push({ position, set, state, used, next: 0, held: foresight.holds(state, position, set, used) });
    return false;
  };

  /** Lets one more call take effect, and goes on. @param which its place among the unanswered ones, −1 for an answered one */
  const take = (frame: Frame, call: number, which: number): boolean => {
    const { position, state } = frame;
    const after = states.step(state, call);
    if (after < 0 || (frame.held && after !== state && states.needs[call] !== state)) return false;
    if (which >= 0 && (after === state || !foresight.isWorthwhile(call, state, position, frame.set, frame.used)))
      return false;
    const used = which < 0 ? frame.used : optional.with(frame.used, which);
    let set = operations[call]?.f === 'write' ? foresight.withUnseenWrites(position, frame.set) : frame.set;
    if (which < 0) set = done.with(set, slotOf(call));
    if (frame.held && after !== state && foresight.holds(state, position, set, used)) return false;
    return advance(position, set, after, used);
  };

  let found = advance(0, 0, states.initial, 0);
  for (let steps = 1; !found && stack.length > 0; steps++) {
    if (steps % looksEvery === 0 && bounds.isOver()) break;
    if (visited.size > bounds.configurations) break;
    const frame = stack.at(-1) as Frame;
    const { position, set, used } = frame;
    const from = line.from[position] as number;
    const open = (line.from[position + 1] as number) - from;
    const candidate = frame.next++;
    if (candidate < open) {
      const call = line.open[from + candidate] as number;
      if (!observes[call] && !done.has(set, slotOf(call))) found = take(frame, call, -1);
      continue;
    }
    const which = candidate - open;
    if (which >= (line.begun[position] as number)) {
      stack.pop();
      continue;
    }
    const twin = twins[which] as number;
    if (optional.has(used, which) || (twin >= 0 && !optional.has(used, twin))) continue;
    found = take(frame, line.unanswered[which] as number, which);
  }
  const configurations = visited.size;
  if (found) return { linearizable: true, configurations };
  return { linearizable: stack.length > 0 ? null : false, configurations };
}

/** For each unanswered call the one before it that does the same, −1 without one: of such, the earlier is always used first. */
function earlierTwins(calls: readonly Call[], unanswered: readonly number[]): Int32Array {
  const last = new Map<string, number>();
  return Int32Array.from(unanswered, (call, index) => {
    const key = JSON.stringify(calls[call]?.operation);
    const twin = last.get(key) ?? -1;
    last.set(key, index);
    return twin;
  });
}
