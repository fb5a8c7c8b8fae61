import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { beginningOf } from '../../evidence/attempt.ts';
import { listRuns } from '../../evidence/prune.ts';
import { artifactsOf, isAbout, sameCandidate } from '../../model/artifact.ts';
import { candidateRuns } from '../candidate-runs.ts';
import { readStage, type StageFacts } from '../stage/public.ts';
import type { ValidationContext } from '../validation.ts';
import type { NotedStage } from './stage-facts.ts';

const looksAtMost = 60;
/** A stage says what it is about to do in its first events. */
const beginningBytes = 1024 * 1024;

type Asked = Pick<ValidationContext, 'config' | 'services' | 'runFolder' | 'target' | 'teardown' | 'purpose'>;

/** What the newest stage of the candidate in this environment has noted, also one that is at work; null: there is none. */
export async function newestStage(context: Asked): Promise<NotedStage | null> {
  const { config } = context;
  const { artifacts: probed } = await context.target();
  const own = { name: config.name, version: config.version, artifacts: artifactsOf(config.artifacts ?? [], probed) };
  const stages: { facts: StageFacts; startedAt: string }[] = [];
  let looked = 0;
  for (const { folder } of (await listRuns(config.reports.folder, null)).reverse()) {
    const journal = join(folder, 'journal.ndjson');
    const began = beginningOf(journal);
    if (began === null || !isAbout(own, began.candidate)) continue;
    if (looked++ === looksAtMost) break;
    if (!isStage(journal)) continue;
    const facts = await readStage(folder).catch(() => null);
    if (facts === null || facts.environment !== config.environment) continue;
    const { artifacts } = facts.candidate;
    // What it was begun with may not say what runs: then the runs of its phases do.
    if (artifacts.length > 0 && sameCandidate(own, { ...facts.candidate, artifacts }) === null) continue;
    stages.push({ facts, startedAt: facts.events[0]?.time ?? '' });
  }
  const [newest] = stages.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  return newest === undefined ? null : noted(newest.facts, await otherBuilds(context));
}

/** Ids of runs of this version that are of another build. */
async function otherBuilds(context: Asked): Promise<ReadonlySet<string>> {
  const { runs } = await candidateRuns(context);
  const others = runs.filter(({ sameBy, results }) => sameBy === null && results.candidate.artifacts.length > 0);
  return new Set(others.map(({ id }) => id));
}

function noted({ runId, events, state, phases, changes }: StageFacts, others: ReadonlySet<string>): NotedStage {
  const open = (phase: string | null, whyNot: string | null): string => {
    if (whyNot !== null) return whyNot;
    const run = phases.find(({ id }) => id === phase)?.runId ?? null;
    return run !== null && others.has(run) ? `its run ${run} is of another build` : '';
  };
  // What was not decided is no word against the candidate.
  const inconclusive = (phase: string) =>
    phases.some(({ id, verdict }) => id === phase && verdict === 'inconclusive') ? 'its phase was inconclusive' : '';
  return {
    runId,
    changed: changes.join(' '),
    events: events.map(({ type, time, phase, whyNot }) => ({
      ...{ type, at: time, phase: phase ?? 'the stage', open: open(phase, whyNot) },
    })),
    state: state.map(({ key, value, writer, whyNot }) => ({
      ...{ key, value, writer, open: open(writer, whyNot) || inconclusive(writer) },
    })),
  };
}

function isStage(journal: string): boolean {
  const file = openSync(journal, 'r');
  try {
    const start = Buffer.alloc(beginningBytes);
    return start.toString('utf8', 0, readSync(file, start)).includes('"type":"shakedown.stage.');
  } finally {
    closeSync(file);
  }
}
