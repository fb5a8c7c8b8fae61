import type { Call } from './call.ts';

/** Calls in the order of their answers, and which others were under way at each answer. */
export interface Timeline {
  /** Call that is answered, by position. */
  answered: Int32Array;
  /** Calls under way at position p are `open[from[p]] … open[from[p + 1] − 1]`, the one answered first included. */
  from: Int32Array;
  open: Int32Array;
  /** A number for each answered call that no other call under way has. */
  slots: Int32Array;
  slotCount: number;
  /** By call: the first position it is under way at, and the position it is answered at; the end where it never is. */
  beginsAt: Int32Array;
  answeredAt: Int32Array;
  /** Calls without an answer, by invocation. */
  unanswered: number[];
  /** How many of these had been invoked, by position. */
  begun: Int32Array;
}

export function timelineOf(calls: readonly Call[]): Timeline {
  const invokedAt = Float64Array.from(calls, ({ invoked }) => invoked);
  const endsAt = Float64Array.from(calls, ({ returned }) => returned ?? Number.POSITIVE_INFINITY);
  const begins = (call: number) => invokedAt[call] as number;
  const ends = (call: number) => endsAt[call] as number;
  const byInvocation = [...calls.keys()].sort((a, b) => begins(a) - begins(b));
  const byAnswer = byInvocation.filter((call) => ends(call) < Number.POSITIVE_INFINITY);
  byAnswer.sort((a, b) => ends(a) - ends(b));
  const from = new Int32Array(byAnswer.length + 1);
  const begun = new Int32Array(byAnswer.length);
  const slots = new Int32Array(calls.length).fill(-1);
  const beginsAt = new Int32Array(calls.length).fill(byAnswer.length);
  const answeredAt = new Int32Array(calls.length).fill(byAnswer.length);
  const free: number[] = [];
  const unanswered: number[] = [];
  const open: number[] = [];
  let slotCount = 0;
  /** By their ends: those that are answered soonest are the likeliest to have taken effect. */
  const under: number[] = [];
  let next = 0;
  for (const [position, call] of byAnswer.entries()) {
    for (; next < byInvocation.length; next++) {
      const other = byInvocation[next] as number;
      if (begins(other) > ends(call)) break;
      beginsAt[other] = position;
      if (ends(other) === Number.POSITIVE_INFINITY) {
        unanswered.push(other);
        continue;
      }
      slots[other] = free.pop() ?? slotCount++;
      let place = under.length;
      while (place > 0 && ends(under[place - 1] as number) > ends(other)) place--;
      under.splice(place, 0, other);
    }
    for (const other of under) open.push(other);
    from[position + 1] = open.length;
    begun[position] = unanswered.length;
    answeredAt[call] = position;
    free.push(slots[call] as number);
    under.shift();
  }
  const answered = Int32Array.from(byAnswer);
  return { answered, from, open: Int32Array.from(open), slots, slotCount, beginsAt, answeredAt, unanswered, begun };
}
