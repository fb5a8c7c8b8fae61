import type { Answer } from '../compare/answer.ts';
import { type ReadAnswer, readAnswer } from '../compare/answer.ts';
import { compareAnswers, map, same, type Three } from '../compare/compare.ts';
import type { SeenIds } from '../compare/ids.ts';
import { type FieldCount, Tally } from '../compare/tally.ts';
import { type ComparedEvidence, type Evidence, streamWords } from '../evidence.ts';
import { Times } from '../times.ts';

/** An answer as it is kept until the others are there. */
export type Taken = ReadAnswer;

const armNames = ['current', 'again', 'candidate'] as const;
const fieldsInJournal = 400;

/** Takes answers of the three arms, and adds up how they differ. */
export class Comparison {
  /** An arm that gave no answer so many times one after the other is gone. */
  static readonly goneAfter = 5;
  readonly times = new Times();
  readonly goneArms: Extract<Evidence, { kind: 'gone' }>[] = [];
  requests = 0;
  readonly #tally = new Tally();
  #sessions = 0;
  readonly #unsent = new Map<string, { arm: string; route: string; requests: number }>();
  readonly #cut = new Map<string, { route: string; why: string; answers: number }>();
  /** Of requests that had a success in the recording. */
  readonly #wanted = new Map<string, { route: string; status: string; requests: number; succeeded: number }>();
  readonly #failedLogins: [number, number, number] = [0, 0, 0];
  readonly #answered: [number, number, number] = [0, 0, 0];
  readonly #lost: [number, number, number] = [0, 0, 0];

  read(answer: Answer, place: number, route: string, ids: SeenIds): Taken {
    const read = readAnswer(answer, place, ids);
    if (answer.cut !== null) this.#note(route, cutWords(answer));
    if (read.leftOut > 0) this.#note(route, 'it has more fields or elements, or deeper ones, than are compared');
    return read;
  }

  /** @param recorded status in the recording; 0: unknown @returns that an arm is gone, in words; null: none is */
  add(route: string, taken: Three<Taken | null>, recorded: number): string | null {
    for (const [i, arm] of armNames.entries()) {
      const one = taken[i as 0 | 1 | 2];
      if (one === null) this.#countUnsent(arm, route);
      const isLost = one?.status.startsWith('none: ') === true;
      // What could not be sent says nothing: it lacks what an answer before it should have given.
      if (one !== null) this.#lost[i as 0 | 1 | 2] = isLost ? this.#lost[i as 0 | 1 | 2] + 1 : 0;
      if (one !== null && !isLost) this.#answered[i as 0 | 1 | 2]++;
    }
    const lost = this.#lost.findIndex((times) => times >= Comparison.goneAfter);
    if (lost >= 0) {
      const words = [0, 1, 2]
        .filter((i) => (this.#lost[i] ?? 0) >= Comparison.goneAfter)
        .map((i) => this.lost(i as 0 | 1 | 2, route, taken[i as 0 | 1 | 2]?.status.slice('none: '.length) ?? ''));
      return words.join(' ');
    }
    const [first, second, third] = taken;
    // One that could not be sent has no answer: where all three could not, nothing is known.
    if (first === null && second === null && third === null) return null;
    const whole = map(taken, (one) => one ?? unsentAnswer);
    this.requests++;
    this.#countSuccess(route, whole, recorded);
    this.#tally.add(route, compareAnswers(whole));
    if (
      first !== null &&
      second !== null &&
      third !== null &&
      same(map(whole, ({ status }) => status)) &&
      !first.status.startsWith('none')
    )
      this.times.add(
        route,
        map(whole, ({ ms }) => ms),
      );
    return null;
  }

  /** Notes that an arm answers no more. @returns it in words */
  lost(arm: 0 | 1 | 2, route: string, error: string): string {
    const name = armNames[arm];
    this.goneArms.push({ kind: 'gone', arm: name, route, error, answered: this.#answered[arm] });
    return `The arm ${name} answers no more: ${error}.`;
  }

  endSession(failedLogins: Three<number>): void {
    this.#tally.endSession();
    this.#sessions++;
    failedLogins.forEach((failed, i) => {
      this.#failedLogins[i as 0 | 1 | 2] += failed;
    });
  }

  /** Of every field. */
  fields(): FieldCount[] {
    return this.#tally.counts();
  }

  evidence(sessionsWanted: number): ComparedEvidence {
    const all = this.fields();
    const differing = all
      .filter(({ raw, noise }) => raw + noise > 0)
      .sort((a, b) => b.oddCandidate - a.oddCandidate || b.raw - a.raw);
    const same = new Map<string, { route: string; fields: number; sessions: number }>();
    for (const { route, raw, noise, sessions } of all) {
      if (raw + noise > 0 || route === '*') continue;
      const one = same.get(route) ?? { route, fields: 0, sessions: 0 };
      same.set(route, { route, fields: one.fields + 1, sessions: Math.max(one.sessions, sessions) });
    }
    return {
      kind: 'compared',
      ...{ sessions: this.#sessions, sessionsWanted, requests: this.requests },
      fields: differing.slice(0, fieldsInJournal),
      fieldsLeftOut: Math.max(0, differing.length - fieldsInJournal) + this.#tally.leftOut,
      same: [...same.values()],
      unsent: [...this.#unsent.values()].slice(0, 100),
      failedLogins: [...this.#failedLogins],
      ...this.#refused(),
      cut: [...this.#cut.values()].slice(0, 100),
    };
  }

  #countSuccess(route: string, answers: Three<Taken>, recorded: number): void {
    if (recorded < 200 || recorded >= 400) return;
    const one = this.#wanted.get(route) ?? { route, status: answers[0].status, requests: 0, succeeded: 0 };
    this.#wanted.set(route, one);
    one.requests++;
    // One that is led on where it was answered is refused, as by a login.
    const most = recorded < 300 ? 300 : 400;
    const isGood = ({ status }: Taken) => status.startsWith('304') || Number.parseInt(status, 10) < most;
    if (answers.some(isGood)) one.succeeded++;
  }

  #refused(): Pick<ComparedEvidence, 'refused'> {
    const none = [...this.#wanted.values()].filter(({ succeeded }) => succeeded === 0);
    if (none.length === 0) return {};
    return { refused: none.slice(0, 100).map(({ route, status, requests }) => ({ route, status, requests })) };
  }

  #countUnsent(arm: string, route: string): void {
    const key = `${arm} ${route}`;
    const known = this.#unsent.get(key) ?? { arm, route, requests: 0 };
    this.#unsent.set(key, { ...known, requests: known.requests + 1 });
  }

  #note(route: string, why: string): void {
    const known = this.#cut.get(`${route} ${why}`) ?? { route, why, answers: 0 };
    this.#cut.set(`${route} ${why}`, { ...known, answers: known.answers + 1 });
  }
}

function cutWords({ cut, headers }: Answer): string {
  if (cut === 'size') return 'its body is longer than what is read';
  const isStream = headers.some(([name, value]) => name === 'content-type' && /^text\/event-stream\b/i.test(value));
  return isStream ? streamWords : 'its body did not end in time';
}

const unsentAnswer: ReadAnswer = {
  ...{ status: 'not sent: a value of an earlier answer is missing', kind: '', ms: 0 },
  ...{ fields: new Map(), lists: new Map(), leftOut: 0 },
};
