import type { JournalData, JournalEvents } from '../../model/event.ts';
import type { Verdict } from '../../model/verdict.ts';
import type {} from './events.ts';
import type { PhaseAttempt } from './section.ts';

type Data<K extends string> = JournalEvents[`shakedown.stage.${K}` & keyof JournalEvents];

export type FoldedAttempt = PhaseAttempt & {
  undo: readonly string[] | null;
  process: Data<'process'> | null;
  artifacts: { name: string; digest: string }[];
};

/** What the journal of a stage says: its only memory, when it goes on as when it is reported. */
export class StageFold {
  planned: Data<'planned'> | null = null;
  beganAtMs = 0;
  lastAtMs = 0;
  readonly attempts = new Map<string, FoldedAttempt[]>();
  readonly events: (Data<'event'> & { atMs: number })[] = [];
  readonly state = new Map<string, { value: unknown; phase: string; attempt: number; atMs: number }>();
  readonly probes: (Data<'probed'> & { atMs: number })[] = [];
  readonly rollbacks: (Data<'rolled-back'> & { atMs: number })[] = [];
  readonly pauses: { atMs: number; reason: string }[] = [];
  readonly resumes: { atMs: number; from: string | null }[] = [];
  /** Phases that are to be done again, though they have ended. */
  readonly again = new Set<string>();
  lockLost: string | null = null;

  /** Takes an event of any domain; others are passed over. */
  add(event: JournalData & { time: string }): void {
    const atMs = Date.parse(event.time);
    if (event.type === 'shakedown.run.started') {
      this.beganAtMs = atMs;
      this.lastAtMs = atMs;
    }
    if (!event.type.startsWith('shakedown.stage.')) return;
    this.lastAtMs = Math.max(this.lastAtMs, atMs);
    switch (event.type) {
      case 'shakedown.stage.planned':
        this.planned ??= event.data;
        break;
      case 'shakedown.stage.resumed':
        this.resumes.push({ atMs, from: event.data.from });
        if (event.data.from !== null) this.#again(event.data.from);
        // What was taken back is not there for what comes now.
        for (const { phase } of this.rollbacks) if (this.isTakenBack(phase)) this.again.add(phase);
        break;
      case 'shakedown.stage.event':
        this.events.push({ ...event.data, atMs });
        break;
      case 'shakedown.stage.probed':
        this.probes.push({ ...event.data, atMs });
        break;
      case 'shakedown.stage.rolled-back':
        this.rollbacks.push({ ...event.data, atMs });
        break;
      case 'shakedown.stage.lock-lost':
        this.lockLost ??= event.data.sentence;
        break;
      case 'shakedown.stage.paused':
        this.pauses.push({ atMs, reason: event.data.reason });
        break;
      default:
        this.#phase(event, atMs);
    }
  }

  /** The newest try at a phase; undefined: it did not begin. */
  last(phase: string): FoldedAttempt | undefined {
    return this.attempts.get(phase)?.at(-1);
  }

  /** Whether a phase needs nothing more: it has ended, and nobody asked for it once more. */
  isSettled(phase: string): boolean {
    const last = this.last(phase);
    return last !== undefined && last.endedAtMs !== null && !last.isCut && !this.again.has(phase);
  }

  /** Whether what the newest try at a phase did was rolled back. */
  isTakenBack(phase: string): boolean {
    const beganAtMs = this.last(phase)?.beganAtMs ?? 0;
    return this.rollbacks.some((each) => each.phase === phase && each.ok && each.atMs > beganAtMs);
  }

  verdictOf(phase: string): Verdict {
    return this.last(phase)?.verdict ?? 'inconclusive';
  }

  #again(from: string): void {
    const ids = this.planned?.phases.map(({ id }) => id) ?? [];
    const at = ids.indexOf(from);
    if (at >= 0) for (const id of ids.slice(at)) this.again.add(id);
  }

  #phase(event: JournalData, atMs: number): void {
    if (event.type === 'shakedown.stage.begun') {
      const { phase, attempt, undo } = event.data;
      this.again.delete(phase);
      this.attempts.set(phase, [
        ...(this.attempts.get(phase) ?? []),
        {
          ...{ attempt, beganAtMs: atMs, endedAtMs: null, verdict: 'inconclusive', gates: [] },
          ...{ isWaiting: false, isCut: false },
          ...{ runId: null, sha256: null, file: null, exitCode: null, undo, process: null, artifacts: [] },
          sentence: 'It began and did not end.',
        },
      ]);
      return;
    }
    if (!('phase' in event.data && 'attempt' in event.data)) return;
    const { phase, attempt } = event.data as { phase: string; attempt: number };
    const found = this.attempts.get(phase)?.find((each) => each.attempt === attempt);
    if (found === undefined) return;
    switch (event.type) {
      case 'shakedown.stage.process':
        found.process = event.data;
        break;
      case 'shakedown.stage.run':
        found.runId ??= event.data.runId;
        break;
      case 'shakedown.stage.waiting':
        found.isWaiting = true;
        found.sentence = event.data.sentence;
        found.runId = event.data.runId;
        break;
      case 'shakedown.stage.ended': {
        const { state, announces, version: _, phase: __, attempt: ___, ...ended } = event.data;
        Object.assign(found, ended, { endedAtMs: atMs, isWaiting: false });
        for (const [key, value] of Object.entries(state)) this.state.set(key, { value, phase, attempt, atMs });
        for (const each of announces) this.events.push({ event: each, by: phase, why: '', atMs });
        break;
      }
    }
  }
}
