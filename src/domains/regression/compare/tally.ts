import { type Aspect, type Compared, same, type Three } from './compare.ts';

/** How often a figure of an arm was the only largest (smallest) of three. */
export interface Side {
  candidate: number;
  of: number;
}

/** What all sessions show of one field. */
export interface FieldCount {
  route: string;
  path: string;
  aspect: Aspect;
  /** Requests that were compared, and those in which the candidate, and the current version asked again, differ from the current version. */
  requests: number;
  raw: number;
  noise: number;
  /** Sessions; of them those in which one arm alone was the odd one, and whose it was. */
  sessions: number;
  oddCandidate: number;
  oddOther: number;
  /** Sessions in which no two answers were the same. */
  unlike: number;
  /** Of the level, in sessions where it was not the same. */
  largest: Side;
  smallest: Side;
  /** Of having the commonest value: the candidate alone had it, or alone had it not. */
  withCommonest: Side;
  withoutCommonest: Side;
  /** Mean of the level: current version, and candidate. */
  levels: { current: number; candidate: number } | null;
  examples: { current: string; again: string; candidate: string; count: number }[];
}

interface Session {
  odd: [number, number, number];
  unlike: number;
  compared: number;
  levels: [number, number, number];
  leveled: number;
  first: Three<string>;
}

interface Kept {
  count: FieldCount;
  session: Session | null;
  codes: Map<string, number>;
  differing: Three<string>[];
  levelSums: [number, number];
  levelCount: number;
}

const examplesAtMost = 3;
const codesAtMost = 30;
const differingAtMost = 2000;
const fieldsAtMost = 20_000;

/**
 * Counts session by session. What differs once in a session may differ in all that follows, so a session counts as one case: whose arm was the odd one most often in it.
 */
export class Tally {
  readonly #kept = new Map<string, Kept>();
  readonly #touched = new Set<Kept>();
  /** Fields past the bound. */
  leftOut = 0;

  add(route: string, compared: readonly Compared[]): void {
    for (const one of compared) {
      this.#one(route, one);
      // What is the same for all routes, such as a header of the server, is found over all of them at once.
      if (/^(header|cookie) /.test(one.path)) this.#one('*', one);
    }
  }

  endSession(): void {
    for (const kept of this.#touched) close(kept);
    this.#touched.clear();
  }

  counts(): FieldCount[] {
    return [...this.#kept.values()].map((kept) => {
      commonest(kept);
      const { count, levelSums, levelCount } = kept;
      const levels =
        levelCount === 0 ? null : { current: levelSums[0] / levelCount, candidate: levelSums[1] / levelCount };
      return { ...count, levels };
    });
  }

  #one(route: string, { path, aspect, three, shown, levels }: Compared): void {
    const key = `${route}\u0000${path}\u0000${aspect}`;
    let kept = this.#kept.get(key);
    if (kept === undefined) {
      if (this.#kept.size >= fieldsAtMost) {
        this.leftOut++;
        return;
      }
      kept = {
        count: emptyCount(route, path, aspect),
        session: null,
        codes: new Map(),
        differing: [],
        levelSums: [0, 0],
        levelCount: 0,
      };
      this.#kept.set(key, kept);
    }
    this.#touched.add(kept);
    kept.session ??= { odd: [0, 0, 0], unlike: 0, compared: 0, levels: [0, 0, 0], leveled: 0, first: three };
    const { count, session } = kept;
    const [current, again, candidate] = three;
    count.requests++;
    session.compared++;
    if (levels !== null) {
      levels.forEach((level, i) => {
        (session.levels as number[])[i] = (session.levels[i] ?? 0) + level;
      });
      session.leveled++;
      kept.levelSums[0] += (levels[0] + levels[1]) / 2;
      kept.levelSums[1] += levels[2];
      kept.levelCount++;
    }
    if (same(three)) return;
    if (current !== candidate) {
      count.raw++;
      example(count, shown);
    }
    if (current !== again) count.noise++;
    if (current === again) session.odd[2]++;
    else if (current === candidate) session.odd[1]++;
    else if (again === candidate) session.odd[0]++;
    else session.unlike++;
  }
}

function emptyCount(route: string, path: string, aspect: Aspect): FieldCount {
  const side = () => ({ candidate: 0, of: 0 });
  return {
    ...{ route, path, aspect, requests: 0, raw: 0, noise: 0, sessions: 0, oddCandidate: 0, oddOther: 0, unlike: 0 },
    ...{ largest: side(), smallest: side(), withCommonest: side(), withoutCommonest: side() },
    ...{ levels: null, examples: [] },
  };
}

function close(kept: Kept): void {
  const { session, count } = kept;
  kept.session = null;
  if (session === null) return;
  count.sessions++;
  const { odd, unlike, first, levels, leveled } = session;
  const most = Math.max(...odd);
  const leaders = odd.filter((each) => each === most).length;
  if (most > 0 && leaders === 1) {
    if (odd[2] === most) count.oddCandidate++;
    else count.oddOther++;
  } else if (most > 0 || unlike > 0) count.unlike++;
  for (const code of first)
    if (kept.codes.size < codesAtMost || kept.codes.has(code)) kept.codes.set(code, (kept.codes.get(code) ?? 0) + 1);
  if (!same(first) && kept.differing.length < differingAtMost) kept.differing.push(first);
  if (leveled > 0) {
    extreme(levels, count.largest, (a, b) => a > b);
    extreme(levels, count.smallest, (a, b) => a < b);
  }
}

/** Counts where one of three goes beyond both others. */
function extreme(
  levels: readonly [number, number, number],
  side: Side,
  beyond: (a: number, b: number) => boolean,
): void {
  levels.forEach((level, i) => {
    if (!levels.every((other, j) => i === j || beyond(level, other))) return;
    side.of++;
    if (i === 2) side.candidate++;
  });
}

/** The commonest value is that of all three arms together, so that none is favoured. */
function commonest({ count, codes, differing }: Kept): void {
  let [value, most] = ['', 0];
  for (const [code, times] of codes) if (times > most) [value, most] = [code, times];
  const [having, lacking] = [count.withCommonest, count.withoutCommonest];
  Object.assign(having, { candidate: 0, of: 0 });
  Object.assign(lacking, { candidate: 0, of: 0 });
  // A value that is seen once or twice is common to nobody.
  if (most < 6) return;
  for (const three of differing) {
    const has = three.filter((each) => each === value).length;
    if (has === 1) {
      having.of++;
      if (three[2] === value) having.candidate++;
    } else if (has === 2) {
      lacking.of++;
      if (three[2] !== value) lacking.candidate++;
    }
  }
}

function example(count: FieldCount, [current, again, candidate]: Three<string>): void {
  const known = count.examples.find(
    (one) => one.current === current && one.again === again && one.candidate === candidate,
  );
  if (known !== undefined) known.count++;
  else if (count.examples.length < examplesAtMost) count.examples.push({ current, again, candidate, count: 1 });
}
