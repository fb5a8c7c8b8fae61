import { z } from 'zod';
import { inSentence, list } from '../gate/words.ts';
import type { SameBy } from '../model/artifact.ts';
import type { Results } from '../model/results.ts';
import { duration } from '../report-kit/format.ts';
import { candidateRuns, judgedGate } from './candidate-runs.ts';
import { type Check, check, type PartWork } from './part.ts';
import { type ValidationContext, validationWork } from './validation.ts';

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
  sameBy: z.enum(['artifacts', 'declared', 'version']),
  /** What it called the same candidate otherwise, and why its pass shows nothing; absent in journals of earlier versions. */
  otherNames: z.array(z.string()).exactOptional(),
  whyNoPass: z.string().nullable().exactOptional(),
});
const evidence = z.discriminatedUnion('kind', [
  /** Of the same candidate, newest first. */
  runSchema,
  z.object({ kind: z.literal('none'), looked: z.int().min(0), others: z.array(z.string()) }),
  /** Runs whose journals cannot be read: they may be of this candidate, and may have failed. */
  z.object({ kind: z.literal('unreadable'), runs: z.array(z.string()) }),
]);
type Evidence = z.output<typeof evidence>;

/** Which runs judge a gate, and how one comes about. */
export interface GateSource {
  /** Id of the gate. */
  readonly gate: string;
  /** In the report: `Performance`. */
  readonly title: string;
  /** What makes such a run, at the end of the reason where there is none: `--comprehensive makes one.` */
  readonly remedy: string;
  /** Whether a run judged it itself, and as a whole, or found what fails it: other domains judge a gate too, and a validation repeats what others found. */
  isOwn(results: Pick<Results, 'sections'>): boolean;
  /** It is of the system and not of a build: a run that asked no build what it is may be matched by the version. */
  readonly isOfSystem?: boolean;
  /** Makes such a run where none of this candidate has decided it; absent: nothing does. */
  make?(context: ValidationContext<never>): Promise<void>;
}

/** The verdict on a gate of the newest run of the same candidate that judged it, by its own evidence as it is now and by the targets of this run. */
export function earlierGate(source: GateSource): PartWork<ValidationContext> {
  return validationWork<Evidence>({
    evidence,
    async run(context) {
      const { record } = context;
      let found = await runsOf(source, context);
      const isDecided = found.runs.some(
        ({ verdict, whyNoPass, ...run }) =>
          verdict !== 'inconclusive' && !(verdict === 'pass' && whyNoPass) && isFresh(run),
      );
      if (!isDecided && source.make !== undefined) {
        await source.make(context);
        found = await runsOf(source, context, true);
      }
      for (const run of found.runs) record(run);
      if (found.unreadable.length > 0) record({ kind: 'unreadable', runs: found.unreadable });
      if (found.runs.length === 0) record({ kind: 'none', looked: found.looked, others: found.others });
    },
    judge: (pieces) => {
      const runs = pieces.flatMap(({ data }) => (data.kind === 'run' ? [data] : []));
      const unreadable = pieces.flatMap(({ data }) => (data.kind === 'unreadable' ? [data.runs] : []));
      const none = pieces.map(({ data }) => data).find((data) => data.kind === 'none');
      const [newest] = runs;
      return {
        ...(newest?.verdict === 'pass' ? { brief: newest.summary } : {}),
        checks: [verdictCheck(source, runs, none), ...unreadable.map(readable)],
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
  { title: gateTitle, remedy }: Pick<GateSource, 'title' | 'remedy'>,
  runs: readonly FoundRun[],
  none: Extract<Evidence, { kind: 'none' }> | undefined,
): Check {
  const title = 'A run of the same candidate passed it';
  const of = (verdict: Check['verdict'], reason: string) => check('verdict', title, verdict, reason);
  const [newest, ...before] = runs;
  if (newest === undefined) {
    const others = none?.others ?? [];
    const other =
      others.length === 0
        ? ''
        : ` Runs of other builds, or in other environments, do not count: ${others.slice(0, 3).join(', ')}.`;
    return of('inconclusive', `No run of this candidate has judged ${inSentence(gateTitle)}.${other} ${remedy}`);
  }
  const { runId, verdict, summary, ageHours, maxAgeHours, sameBy } = newest;
  if (verdict === 'fail') return of('fail', `${runId}: ${summary}.`);
  if (verdict === 'inconclusive') return of('inconclusive', `${runId} is inconclusive: ${summary}.`);
  if (ageHours === null) return of('inconclusive', `${runId} passed, but did not end in order, so its age is unknown.`);
  if (newest.whyNoPass) return of('inconclusive', `${runId} passed, but ${newest.whyNoPass}.`);
  if (!isFresh(newest)) {
    const [age, limit] = [duration(ageHours * hourMs), duration(maxAgeHours * hourMs)];
    return of('inconclusive', `${runId} passed ${age} ago, and at most ${limit} count.`);
  }
  const failed = before.filter((run) => run.verdict === 'fail').map((run) => run.runId);
  const after = failed.length === 0 ? '' : ` It failed before, in ${failed.join(', ')}.`;
  const called = (newest.otherNames ?? []).length === 0 ? '' : ` (${list([...(newest.otherNames ?? [])])})`;
  return of(
    'pass',
    `${runId} passed with ${sameWords[sameBy]}${called}, ${duration(ageHours * hourMs)} ago: ${summary}.${after}`,
  );
}

const sameWords: Readonly<Record<SameBy, string>> = {
  artifacts: 'the same artifacts',
  declared: 'the same artifacts, as declared',
  version: 'the same version, for it asked for no artifacts',
};

function isFresh({ ageHours, maxAgeHours }: Pick<FoundRun, 'ageHours' | 'maxAgeHours'>): boolean {
  return ageHours !== null && ageHours >= -0.1 && ageHours <= maxAgeHours;
}

async function runsOf(
  { gate, isOwn, isOfSystem = false }: GateSource,
  context: ValidationContext<Evidence>,
  isAnew = false,
): Promise<{ runs: FoundRun[]; looked: number; others: string[]; unreadable: string[] }> {
  const { config } = context;
  const all = await candidateRuns(context, isAnew);
  const maxAgeHours = config.policy?.maxAgeHours[gate] ?? config.final.maxAgeHours;
  const runs: FoundRun[] = [];
  const others: string[] = [];
  for (const { folder, results: asked, sameBy: same, isElsewhere, otherNames, whyNoPass } of all.runs) {
    if (!asked.gates.some(({ id, verdict }) => id === gate && verdict !== 'not run') || !isOwn(asked)) continue;
    const sameBy = same ?? (isOfSystem && asked.candidate.artifacts.length === 0 ? 'version' : null);
    if (sameBy === null || isElsewhere) {
      others.push(asked.run.id);
      continue;
    }
    const results = await judgedGate(context, folder, gate);
    const judged = results?.gates.find(({ id }) => id === gate);
    if (results === null || judged === undefined) continue;
    const { verdict, sentence, run } = results;
    const { endedAt } = run;
    const summary = verdict === 'pass' ? judged.summary : sentence.replace(/\.$/, '');
    runs.push({
      ...{ kind: 'run', runId: run.id, command: run.command, verdict, summary, endedAt, sameBy, maxAgeHours },
      ageHours: endedAt === null ? null : (Date.now() - Date.parse(endedAt)) / hourMs,
      ...{ manifestSha256: results.evidence.manifestSha256, otherNames: [...otherNames], whyNoPass },
    });
  }
  return { runs, looked: all.looked, others, unreadable: [...all.unreadable] };
}
