import type { RecordedSession } from '../../../model/traffic.ts';
import { type SessionBatch, sessionsOf } from '../batches.ts';
import { type TreeCount, treeCounts } from './field-counts.ts';
import { type LearnedBatch, Learner } from './learner.ts';
import { PathCounts, type PathSums } from './path-counts.ts';
import { orderOf, type RareCandidate, type RareCriteria, routesOf } from './rare.ts';
import { Rewriter } from './rewriter.ts';
import { type LookFor, type ScannedBatch, Scanner } from './scanner.ts';
import { TextHash } from './text-hash.ts';
import { type TraceNotes, Tracing } from './traces.ts';
import { rewriteSession } from './walk/session.ts';
import { type Learned, type Settings, Workshop } from './workshop.ts';

export interface RewrittenBatch {
  /** One session each. */
  lines: string[];
  /** Of each session. */
  requests: number[];
  traces: TraceNotes;
  rare: RareCandidate[];
  paths: PathSums;
  namesReplaced: number;
}

/** What rewriting needs besides what was learned. */
export interface Rewriting {
  learned: Learned;
  rare: RareCriteria;
  /** Of the hashes in the traces. */
  seed: Uint8Array;
  /** The key is thrown away, so that no target can have a path that was changed. */
  losesPaths: boolean;
}

/**
 * The work on batches of sessions, wherever it is done: in the process itself, or in several threads, each with one of these. What a batch
 * comes to depends on the batch alone, and on what all machines were given.
 */
export class Machine {
  #workshop: Workshop | undefined;
  #learner: Learner | undefined;
  #rewriter: Rewriter | undefined;
  #scanner: Scanner | undefined;
  #rare: RareCriteria = { long: 0, routesOfOne: [] };
  #routesOfOne = new Set<string>();
  #losesPaths = false;

  begin(settings: Settings): void {
    const workshop = new Workshop(settings);
    const { routes, structure, hash } = workshop;
    this.#workshop = workshop;
    this.#learner = new Learner({ routes, rules: settings.rules, structure, hash });
  }

  learn(batch: SessionBatch): LearnedBatch {
    return known(this.#learner).learn(batch);
  }

  beginRewriting({ learned, rare, seed, losesPaths }: Rewriting): void {
    this.#losesPaths = losesPaths;
    const workshop = known(this.#workshop);
    this.#learner = undefined;
    workshop.restore(learned);
    this.#rare = rare;
    this.#routesOfOne = new Set(rare.routesOfOne);
    this.#rewriter = new Rewriter(workshop, new Tracing(new TextHash(Buffer.from(seed))));
  }

  rewrite(batch: SessionBatch): RewrittenBatch {
    const rewriter = known(this.#rewriter);
    const paths = new PathCounts();
    const lines: string[] = [];
    const requests: number[] = [];
    const rare: RareCandidate[] = [];
    rewriter.namesReplaced = 0;
    for (const session of sessionsOf(batch)) {
      const id = rewriter.sessionId(session.id);
      const written = rewriteSession(session, id, rewriter);
      paths.add(session.requests, written.requests, this.#losesPaths);
      lines.push(JSON.stringify(written));
      requests.push(written.requests.length);
      const candidate = this.#candidate(session, batch.session + requests.length - 1, id);
      if (candidate !== undefined) rare.push(candidate);
    }
    const { namesReplaced } = rewriter;
    return { lines, requests, traces: rewriter.traces.take(), rare, paths: paths.sums(), namesReplaced };
  }

  /** What was done to which fields, in all batches. */
  counts(): TreeCount[] {
    return treeCounts(known(this.#workshop).trees());
  }

  beginScan(look: LookFor): void {
    this.#scanner = new Scanner(look);
  }

  scan(batch: SessionBatch): ScannedBatch {
    const scanner = known(this.#scanner);
    let { session, line } = batch;
    for (const found of sessionsOf(batch)) scanner.session(found, session++, `${batch.name}:${line++}`);
    return scanner.take();
  }

  #candidate(session: RecordedSession, index: number, pseudonym: string): RareCandidate | undefined {
    const requests = session.requests.length;
    const routes = this.#routesOfOne;
    const hasOwnRoute = routes.size > 0 && [...routesOf(session)].some((route) => routes.has(route));
    if (!hasOwnRoute && requests < this.#rare.long) return undefined;
    const { lo, hi } = orderOf(session, known(this.#workshop).hash);
    return { index, session: pseudonym, requests, hasOwnRoute, lo, hi };
  }
}

function known<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('A batch came before what is needed for it.');
  return part;
}
