import { join } from 'node:path';
import { z } from 'zod';
import { beginningOf } from '../../evidence/attempt.ts';
import { listRuns } from '../../evidence/prune.ts';
import { list } from '../../gate/words.ts';
import { type Artifact, areSameArtifacts, artifactsOf } from '../../model/artifact.ts';
import type { Results } from '../../model/results.ts';
import { duration } from '../../report-kit/format.ts';
import { type Check, check, type PartWork } from '../part.ts';
import { type ValidationContext, validationWork } from '../validation.ts';
import { type EarlierGate, earlierGates } from './gates.ts';
import { judgedOnce } from './judged-once.ts';
import { makeMissing } from './missing-runs.ts';

/** So many of the newest runs are looked at; each is judged again, which takes a moment. */
const looksAtMost = 60;
const hourMs = 3_600_000;

const runSchema = z.object({
  kind: z.literal('run'),
  runId: z.string(),
  command: z.string(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  summary: z.string(),
  /** null: it did not end in order. */
  endedAt: z.string().nullable(),
  ageHours: z.number().nullable(),
  /** At most. */
  maxAgeHours: z.number(),
  manifestSha256: z.string().nullable(),
  /** How it is known to be of the same candidate. */
  sameBy: z.enum(['artifacts', 'version']),
});
const evidence = z.discriminatedUnion('kind', [
  /** Of the same candidate, newest first. */
  runSchema,
  z.object({ kind: z.literal('none'), looked: z.int().min(0), others: z.array(z.string()) }),
  /** Runs whose journals cannot be read: they may be of this candidate, and may have failed. */
  z.object({ kind: z.literal('unreadable'), runs: z.array(z.string()) }),
]);
type Evidence = z.output<typeof evidence>;

/** The verdict on a gate of the newest run of the same candidate that judged it, by its own evidence as it is now. */
export function earlierGate(gate: EarlierGate, titleOfGate: string): PartWork<ValidationContext> {
  return validationWork<Evidence>({
    evidence,
    async run(context) {
      const { config, phase, record } = context;
      let found = await runsOf(gate, context);
      if (
        !found.runs.some(({ verdict, ...run }) => verdict !== 'inconclusive' && isFresh(run)) &&
        config.final.comprehensive
      ) {
        phase('no run of this candidate has decided it: making one');
        await makeMissing(gate, context);
        found = await runsOf(gate, context);
      }
      for (const run of found.runs) record(run);
      if (found.unreadable.length > 0) record({ kind: 'unreadable', runs: found.unreadable });
      if (found.runs.length === 0) record({ kind: 'none', looked: found.looked, others: found.others });
    },
    judge: (pieces) => {
      const runs = pieces.flatMap(({ data }) => (data.kind === 'run' ? [data] : []));
      const unreadable = pieces.flatMap(({ data }) => (data.kind === 'unreadable' ? [data.runs] : []));
      const none = pieces.map(({ data }) => data).find((data) => data.kind === 'none');
      return {
        checks: [verdictCheck(titleOfGate, runs, none), ...unreadable.map(readable)],
        figures: runs
          .slice(0, 1)
          .flatMap(({ runId, ageHours, manifestSha256 }) => [
            { name: 'Run', value: runId },
            ...(ageHours === null ? [] : [{ name: 'Age', value: duration(ageHours * hourMs) }]),
            { name: 'Evidence', value: manifestSha256 === null ? 'not sealed' : `sha256:${manifestSha256}` },
          ]),
        tables:
          runs.length < 2
            ? []
            : [
                {
                  title: 'Runs of this candidate that judged it, newest first',
                  head: ['Run', 'Verdict', 'What it came to'],
                  rows: runs.map(({ runId, verdict, summary }) => [runId, verdict, summary]),
                  figures: 0,
                },
              ],
      };
    },
  });
}

function readable(runs: readonly string[]): Check {
  const reason = `${list(runs)} cannot be read: it may be of this candidate, and may have failed. Put back its journal, or remove it.`;
  return check('readable', 'Every run can be read', 'inconclusive', reason);
}

type FoundRun = z.output<typeof runSchema>;

function verdictCheck(
  gateTitle: string,
  runs: readonly FoundRun[],
  none: Extract<Evidence, { kind: 'none' }> | undefined,
): Check {
  const title = 'A run of the same candidate passed it';
  const of = (verdict: Check['verdict'], reason: string) => check('verdict', title, verdict, reason);
  const [newest, ...before] = runs;
  if (newest === undefined) {
    const others = none?.others ?? [];
    const other =
      others.length === 0 ? '' : ` Runs of other candidates do not count: ${others.slice(0, 3).join(', ')}.`;
    return of(
      'inconclusive',
      `No run of this candidate has judged ${gateTitle.toLowerCase()} (--comprehensive makes one).${other}`,
    );
  }
  const { runId, verdict, summary, ageHours, maxAgeHours, sameBy } = newest;
  if (verdict === 'fail') return of('fail', `${runId}: ${summary}.`);
  if (verdict === 'inconclusive') return of('inconclusive', `${runId} leaves it open: ${summary}.`);
  if (ageHours === null) return of('inconclusive', `${runId} passed, but did not end in order, so its age is unknown.`);
  if (!isFresh(newest)) {
    const [age, limit] = [duration(ageHours * hourMs), duration(maxAgeHours * hourMs)];
    return of('inconclusive', `${runId} passed ${age} ago, and at most ${limit} count.`);
  }
  const failed = before.filter((run) => run.verdict === 'fail').map((run) => run.runId);
  const after = failed.length === 0 ? '' : ` It failed before, in ${failed.join(', ')}.`;
  const by = sameBy === 'artifacts' ? 'the same artifacts' : 'the same version, for it asked for no artifacts';
  return of('pass', `${runId} passed with ${by}, ${duration(ageHours * hourMs)} ago: ${summary}.${after}`);
}

/** Other domains judge a gate too; a final validation only repeats what others found. */
export function isOwnRun(gate: EarlierGate, { sections }: Pick<Results, 'sections'>): boolean {
  const needed = earlierGates.find((one) => one.gate === gate)?.section;
  if (needed === undefined || sections.final !== undefined) return false;
  if (needed === 'monitoring') return sections.monitoring?.validation !== undefined;
  return sections[needed] !== undefined;
}

function isFresh({ ageHours, maxAgeHours }: Pick<FoundRun, 'ageHours' | 'maxAgeHours'>): boolean {
  return ageHours !== null && ageHours >= -0.1 && ageHours <= maxAgeHours;
}

async function runsOf(
  gate: EarlierGate,
  { config, services, teardown, runFolder, target }: ValidationContext<Evidence>,
): Promise<{ runs: FoundRun[]; looked: number; others: string[]; unreadable: string[] }> {
  const stored = (await listRuns(config.reports.folder, null)).reverse();
  const { artifacts } = await target();
  const own = { name: config.name, version: config.version, artifacts: artifactsOf(config.artifacts ?? [], artifacts) };
  const maxAgeHours = config.policy?.maxAgeHours[gate] ?? config.final.maxAgeHours;
  const found: { startedAt: string; run: FoundRun }[] = [];
  const others: string[] = [];
  const unreadable: string[] = [];
  let looked = 0;
  for (const { folder, id, heldBy } of stored) {
    if (folder === runFolder || heldBy === 'running' || heldBy === 'running elsewhere') continue;
    // Its results may have been changed: how it began is in the evidence.
    const began = beginningOf(join(folder, 'journal.ndjson'));
    if (began !== null && (began.candidate.name !== config.name || began.candidate.version !== config.version))
      continue;
    if (looked++ === looksAtMost) break;
    const isOf = (results: Results) => isOwnRun(gate, results);
    const results = began === null ? null : await judgedOnce(folder, gate, { services, teardown }, isOf);
    if (!results) {
      unreadable.push(id);
      continue;
    }
    const judged = results.gates.find(({ id }) => id === gate);
    if (judged === undefined || judged.verdict === 'not run' || !isOwnRun(gate, results)) continue;
    const sameBy = sameCandidate(own, results.candidate) ?? sameMonitored(gate, own, results.candidate);
    if (sameBy === null) {
      others.push(results.run.id);
      continue;
    }
    // Judged by this gate alone: what is against the whole of its evidence is against the gate.
    const { verdict, sentence, run } = results;
    const { endedAt } = run;
    const summary = verdict === 'pass' ? judged.summary : sentence.replace(/\.$/, '');
    found.push({
      startedAt: run.startedAt,
      run: {
        ...{ kind: 'run', runId: run.id, command: run.command, verdict, summary, endedAt, sameBy, maxAgeHours },
        ageHours: endedAt === null ? null : (Date.now() - Date.parse(endedAt)) / hourMs,
        manifestSha256: results.evidence.manifestSha256,
      },
    });
  }
  // Newest first: their names have minutes only, and one that was cut off has no end.
  found.sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  return { runs: found.map(({ run }) => run), looked, others, unreadable };
}

/** The monitoring is of the system and not of a build: where its validation asked no build what it is, the version has to do. */
function sameMonitored(
  gate: EarlierGate,
  own: { name: string; version: string },
  other: Results['candidate'],
): 'version' | null {
  const isSame = own.name === other.name && own.version === other.version;
  return gate === 'monitoring' && isSame && other.artifacts.length === 0 ? 'version' : null;
}

/** null: it is another, which it also is where it has an artifact more or less. Where either side names artifacts, the same version alone is not enough. */
export function sameCandidate(
  own: { name: string; version: string; artifacts: readonly Artifact[] },
  other: Results['candidate'],
): 'artifacts' | 'version' | null {
  if (own.name !== other.name || own.version !== other.version) return null;
  if (own.artifacts.length === 0 || other.artifacts.length === 0) {
    return own.artifacts.length === other.artifacts.length ? 'version' : null;
  }
  return areSameArtifacts(own.artifacts, other.artifacts) ? 'artifacts' : null;
}
