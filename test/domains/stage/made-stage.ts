import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runOwnCommand } from '../../../src/cli/own-command.ts';
import type { Services } from '../../../src/domains/command.ts';
import { eventOf, type Phase } from '../../../src/domains/phase.ts';
import { type Conduct, conduct, type Stop } from '../../../src/domains/stage/conduct.ts';
import type { PlannedPhase } from '../../../src/domains/stage/events.ts';
import { StageMemory } from '../../../src/domains/stage/memory.ts';
import { type DomainPhase, inOrder } from '../../../src/domains/stage/order.ts';
import { readStageRecord } from '../../../src/domains/stage/record.ts';
import { openJournal } from '../../../src/evidence/journal.ts';
import { writeManifest } from '../../../src/evidence/manifest.ts';
import type { JournalData } from '../../../src/model/event.ts';
import { judgedAsIs } from '../../../src/run/simulate/render.ts';

const standIn = fileURLToPath(new URL('./stand-in.mjs', import.meta.url));
const shop = { name: 'shop', digest: `sha256:${'a'.repeat(64)}`, source: 'probed' as const };

const started = (runId: string, command: string) => ({
  ...{ runId, command, durationMs: 0, attempt: 1 },
  candidate: { name: 'shop', version: 'v2', baselineVersion: null, artifacts: [shop] },
  environment: { name: 'staging', targetUrl: 'https://staging.shop.example' },
  host: { cpus: 2, memoryBytes: 4e9, platform: 'linux x64', node: 'v20.19.0' },
  ...{ programs: [], config: {} },
});

/** A journal with these events after its beginning, sealed. */
async function writeRun(folder: string, events: readonly JournalData[], config = {}): Promise<void> {
  await mkdir(folder, { recursive: true });
  const journal = openJournal(join(folder, 'journal.ndjson'), { source: 'shakedown/runs/made' });
  journal.append('shakedown.run.started', {
    ...started('2026-11-29T1200-0000', 'shakedown uat run'),
    config,
  });
  for (const { type, data } of events) journal.append(type, data as never);
  journal.append('shakedown.run.ended', { endedAt: new Date().toISOString() });
  journal.close();
  writeManifest(folder);
}

/** Runs that judged user acceptance. */
function uatRun(verdict: 'pass' | 'fail'): JournalData[] {
  const run = {
    ...{
      kind: 'run',
      runId: '2026-11-29T1100-0001',
      command: 'shakedown uat run',
      verdict,
      endedAt: '2026-11-29T11:10:00Z',
    },
    ...{ summary: '3 of 4 passed: the basket is empty', ageHours: 1, maxAgeHours: 168, manifestSha256: null },
    sameBy: 'artifacts',
  };
  return [
    { type: 'shakedown.final.started', data: { chosen: ['uat'] } },
    { type: 'shakedown.final.begun', data: { part: 'uat', atMs: 1 } },
    { type: 'shakedown.final.evidence', data: { part: 'uat', atMs: 1, data: run } },
    { type: 'shakedown.final.ended', data: { part: 'uat', atMs: 2, error: null } },
  ];
}

export interface MadeStage {
  /** Of the project; its runs are in `runs`. */
  readonly project: string;
  readonly folder: string;
  /** What was said on the way. */
  readonly said: string[];
  /** Goes on where the journal ends, and seals the folder. */
  run(about?: {
    signal?: AbortSignal;
    keepsGoing?: boolean;
    phases?: readonly Phase[];
    only?: string[];
    policy?: string[];
    from?: string;
  }): Promise<Stop>;
  record: typeof readStageRecord extends (folder: string) => infer R ? () => R : never;
  remove(): Promise<void>;
}

const quiet = { emits: [], reads: [], writes: [], gates: [], deadlineMs: () => 60_000, state: () => ({}) } as const;

/** A phase that is nothing but what is given. */
export function madePhase(phase: Pick<Phase, 'id' | 'does'> & Partial<Phase>): Phase {
  return { ...quiet, title: `Phase ${phase.id}`, role: 'qa-tester', listens: ['swarm/started'], ...phase };
}

export const command = (...words: string[]): Phase['does'] => ({ kind: 'command', words: () => words });

/** A stage of made phases, whose commands are those of the stand-in; journal, runs and processes are real. */
export async function makeStage(phases: readonly Phase[]): Promise<MadeStage> {
  const project = await mkdtemp(join(tmpdir(), 'stage-'));
  const runs = join(project, 'runs');
  const folder = join(runs, '2026-11-29T1159-5a9e');
  await mkdir(folder, { recursive: true });
  await writeRun(join(project, 'prepared', 'good'), uatRun('pass'));
  await writeRun(join(project, 'prepared', 'bad'), uatRun('fail'));
  const policy = { name: 'made', title: 'Made', gates: ['security', 'uat'], weaker: ['throughput'] };
  await writeRun(join(project, 'prepared', 'narrow'), uatRun('pass'), { policy });
  process.env.STAND_IN_PREPARED = join(project, 'prepared');
  process.env.STAND_IN_RUNS = runs;
  const said: string[] = [];
  const services = {
    runCommand: (words: readonly string[], about: Parameters<Services['runCommand']>[1]) =>
      runOwnCommand(words, about, standIn),
    judged: judgedAsIs,
  } as unknown as Services;
  const loaded = {
    folder: project,
    config: {
      stage: { candidate: { files: {}, command: null }, provision: null },
      target: { sample: {} },
      signing: { allowedSigners: null, namespace: 'shakedown' },
    },
  } as unknown as Conduct['loaded'];
  let isBegun = false;
  return {
    ...{ project, folder, said },
    async run({
      signal = new AbortController().signal,
      keepsGoing = false,
      phases: given = phases,
      only,
      policy,
      from,
    } = {}) {
      const ordered = inOrder(given.map((phase): DomainPhase => ({ ...phase, domain: 'made' })));
      const journal = openJournal(join(folder, 'journal.ndjson'), { source: 'shakedown/runs/stage' });
      const before = isBegun ? (await readStageRecord(folder)).fold : undefined;
      const memory = new StageMemory(journal, before);
      if (!isBegun) {
        const config = policy === undefined ? {} : { policy: { name: 'made', title: 'Made', gates: policy } };
        memory.record('shakedown.run.started', { ...started('2026-11-29T1159-5a9e', 'shakedown run'), config });
        const notAsked = { by: '--only', reason: 'it was not asked for' } as const;
        const leftOut = ({ id }: DomainPhase) => (only === undefined || only.includes(id) ? null : notAsked);
        memory.record('shakedown.stage.planned', {
          ...{
            phases: ordered.map((phase) => ({ ...planned(phase), leftOut: leftOut(phase) })),
            durationMs: 1000,
            keepsGoing,
            initialState: {},
            sideBySide: 'One by one.',
          },
          lock: { kind: 'host', detail: 'This machine.' },
        });
        memory.record('shakedown.stage.event', { event: 'swarm/started', by: null, why: 'the stage begins' });
        isBegun = true;
      } else {
        journal.append('shakedown.run.resumed', {});
        memory.record('shakedown.stage.resumed', { from: from ?? null, lock: 'This machine.' });
      }
      const say = (line: string) => void said.push(line);
      const stop = await conduct({
        memory,
        phases: ordered,
        loaded,
        services,
        signal,
        folder,
        say,
        probe: async () => [],
      });
      journal.append('shakedown.run.ended', { endedAt: new Date().toISOString() });
      journal.close();
      writeManifest(folder);
      return stop;
    },
    record: () => readStageRecord(folder),
    async remove() {
      delete process.env.STAND_IN_PREPARED;
      delete process.env.STAND_IN_RUNS;
      await rm(project, { recursive: true, force: true });
    },
  };
}

function planned({ listens, emits, reads, writes, gates, partOf, ...phase }: DomainPhase): PlannedPhase {
  return {
    ...{ id: phase.id, title: phase.title, domain: phase.domain, role: phase.role, partOf: partOf ?? null },
    ...{ listens: [...listens], emits: emits.map(eventOf), reads: [...reads], writes: [...writes], gates: [...gates] },
    ...{ command: phase.does.kind, deadlineMs: phase.deadlineMs({} as never), leaves: 'run', leftOut: null },
  };
}
