import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Results } from '../../../model/results.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Services } from '../../command.ts';
import type { RunFigures, RunFollower } from '../../live.ts';
import { whyNotBacked } from '../backing.ts';
import { readStageRecord, type StageRecord } from '../record.ts';
import type { PhaseAttempt, StageSection } from '../section.ts';
import { stageSection } from '../section-of.ts';

/** A stage as it is now: saved, or under way. */
export interface WatchedStage {
  readonly started: StageRecord['started'];
  readonly startedAt: string;
  readonly section: StageSection;
  /** Of the run that is under way; null: none is. */
  readonly running: { readonly phase: string; readonly figures: RunFigures } | null;
  resultsOf(phase: string): Results | null;
}

const resultsBytesAtMost = 50_000_000;

/** Reads a stage again and again; what did not change is not read again, and the evidence behind a phase is looked at once. */
export class StageWatch {
  readonly #folder: string;
  readonly #services: Pick<Services, 'followRun'>;
  readonly #backing = new Map<string, string | null>();
  readonly #results = new Map<string, { mtimeMs: number; results: Results | null }>();
  #record: { size: number; record: StageRecord } | null = null;
  #follower: { runId: string; follower: RunFollower } | null = null;

  /** @param folder of the stage's run */
  constructor(folder: string, services: Pick<Services, 'followRun'>) {
    this.#folder = folder;
    this.#services = services;
  }

  /** @throws ShakedownError STAGE_RESUME where it is no stage */
  async look(): Promise<WatchedStage> {
    const { size } = statSync(join(this.#folder, 'journal.ndjson'));
    if (this.#record?.size !== size) this.#record = { size, record: await readStageRecord(this.#folder) };
    const { started, fold } = this.#record.record;
    const facts = { folder: this.#folder, started: { ...started, time: '' } } as Pick<RunFacts, 'folder' | 'started'>;
    const section = stageSection(fold, facts, (attempt) => this.#whyNotBacked(attempt));
    const open = section.phases.find(({ attempts }) => attempts.at(-1)?.endedAtMs === null);
    const runId = open?.attempts.at(-1)?.runId ?? null;
    return {
      ...{ started, section, startedAt: new Date(fold.beganAtMs).toISOString() },
      running: open === undefined || runId === null ? null : { phase: open.id, figures: await this.#figures(runId) },
      resultsOf: (phase) => this.#resultsOf(section, phase),
    };
  }

  async #figures(runId: string): Promise<RunFigures> {
    if (this.#follower?.runId !== runId)
      this.#follower = { runId, follower: await this.#services.followRun(join(dirname(this.#folder), runId)) };
    return this.#follower.follower.look();
  }

  #whyNotBacked(attempt: PhaseAttempt | undefined): string | null {
    if (attempt === undefined || attempt.endedAtMs === null) return whyNotBacked(this.#folder, attempt);
    const key = `${attempt.runId ?? attempt.file} ${attempt.sha256}`;
    const known = this.#backing.get(key);
    if (known !== undefined) return known;
    const found = whyNotBacked(this.#folder, attempt);
    this.#backing.set(key, found);
    return found;
  }

  #resultsOf({ phases }: StageSection, phase: string): Results | null {
    const runId = phases.find(({ id }) => id === phase)?.attempts.at(-1)?.runId ?? null;
    if (runId === null) return null;
    const file = join(dirname(this.#folder), runId, 'results.json');
    const stat = existsSync(file) ? statSync(file) : undefined;
    if (stat === undefined || stat.size > resultsBytesAtMost) return null;
    const known = this.#results.get(file);
    if (known?.mtimeMs === stat.mtimeMs) return known.results;
    let results: Results | null = null;
    try {
      results = JSON.parse(readFileSync(file, 'utf8')) as Results;
    } catch {
      // It is being written.
    }
    this.#results.set(file, { mtimeMs: stat.mtimeMs, results });
    return results;
  }
}
