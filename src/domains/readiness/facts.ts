import { z } from 'zod';
import { readManifestState } from '../../evidence/manifest.ts';
import { requirement } from '../../gate/words.ts';
import type { Results } from '../../model/results.ts';
import type { ObjectiveResult } from '../../model/verdict.ts';
import { type CandidateRun, candidateRuns, judgedGate } from '../candidate-runs.ts';
import type { PartsSection } from '../part-section.ts';
import type { ValidationContext } from '../validation.ts';
import { sources } from './sources.ts';

const hourMs = 3_600_000;
const clockSlackHours = 0.1;

/** What was found in a run that counts: one objective of one of its gates. */
export const objectiveFact = z.object({
  kind: z.literal('objective'),
  id: z.string(),
  gate: z.string(),
  title: z.string(),
  runId: z.string(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  /** In `unit`; null: not measured. */
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  target: z.number(),
  comparison: z.enum(['<', '<=', '>', '>=', '=']),
  unit: z.string(),
  key: z.boolean(),
  required: z.string(),
  reason: z.string(),
  changePercent: z.number().nullable(),
  /** Words in place of the figure, where it has some: `4 of 4 checks passed`. */
  observed: z.string().exactOptional(),
});
export type ObjectiveFact = z.output<typeof objectiveFact>;

/** One part of a domain, with its figures. */
export const partFact = z.object({
  kind: z.literal('part'),
  /** `functional.unit` */
  id: z.string(),
  title: z.string(),
  runId: z.string(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  reason: z.string(),
  figures: z.array(z.object({ name: z.string(), value: z.string() })),
});
export type PartFact = z.output<typeof partFact>;

/** A source of evidence: the newest run of the candidate that judged a gate. */
export const sourceFact = z.object({
  kind: z.literal('source'),
  id: z.string(),
  gate: z.string(),
  title: z.string(),
  /** null: no run of this candidate judged it. */
  runId: z.string().nullable(),
  command: z.string(),
  ageHours: z.number().nullable(),
  maxAgeHours: z.number(),
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'not run']),
  summary: z.string(),
  /** Why nothing of the run counts, within a sentence; empty: it does. */
  doubt: z.string(),
});
export type SourceFact = z.output<typeof sourceFact>;

export interface Facts {
  readonly sources: readonly SourceFact[];
  readonly objectives: readonly ObjectiveFact[];
  readonly parts: readonly PartFact[];
  /** Runs that count, by the source's id. */
  readonly runs: ReadonlyMap<string, CandidateRun>;
}

type Asked = Pick<ValidationContext, 'config' | 'services' | 'runFolder' | 'target' | 'teardown' | 'purpose'>;

/** Everything that the runs that count have found, the newest of each source. What takes weight from a run takes it from all of its facts. */
export async function factsOf(context: Asked): Promise<Facts> {
  const { config } = context;
  const { runs: all } = await candidateRuns(context);
  const sourceFacts: SourceFact[] = [];
  const objectives: ObjectiveFact[] = [];
  const parts: PartFact[] = [];
  const runs = new Map<string, CandidateRun>();
  for (const { id, gate, title, isOwn } of sources) {
    const maxAgeHours = config.policy?.maxAgeHours[gate] ?? config.final.maxAgeHours;
    const about = { kind: 'source' as const, id, gate, title, maxAgeHours };
    const run = all.find(
      ({ sameBy, isElsewhere, results }) =>
        !isElsewhere &&
        (sameBy !== null || (gate === 'monitoring' && results.candidate.artifacts.length === 0)) &&
        results.gates.some((one) => one.id === gate) &&
        isOwn(results),
    );
    if (run === undefined) {
      const none = { runId: null, command: '', ageHours: null, verdict: 'not run' as const, summary: '', doubt: '' };
      sourceFacts.push({ ...about, ...none });
      continue;
    }
    runs.set(id, run);
    const { run: of, gates, sections } = run.results;
    const judged = gates.find((one) => one.id === gate);
    const whole = await judgedGate(context, run.folder, gate);
    const ageHours = of.endedAt === null ? null : (Date.now() - Date.parse(of.endedAt)) / hourMs;
    const doubt = doubtOf(run, whole, gate, ageHours, maxAgeHours) || (run.whyNoPass ?? '');
    sourceFacts.push({
      ...about,
      ...{ runId: of.id, command: of.command, ageHours, doubt },
      verdict: whole?.verdict ?? 'inconclusive',
      summary: judged?.summary ?? '',
    });
    const isValidation = id.endsWith('-validation');
    const domain = id.replace(/-validation$/, '');
    objectives.push(
      ...run.results.objectives
        .filter(({ objective }) => objective.gate === gate)
        .filter(({ objective }) => !isValidation || objective.id.startsWith(`${domain}-`))
        .map((one) => objectiveOf(one, of.id, doubt)),
    );
    if (isValidation) parts.push(...partsOf(domain, sections, of.id, doubt));
    if (gate === 'rehearsal')
      parts.push(...(sections.rehearsal?.rehearsals ?? []).map((one) => partOf('rehearsal', one, of.id, doubt)));
  }
  return { sources: sourceFacts, objectives, parts, runs };
}

/** Why what a run shows of a gate is not known to be so, a clause; empty: nothing says that. */
function doubtOf(
  { folder, results }: CandidateRun,
  whole: Results | null,
  gate: string,
  ageHours: number | null,
  maxAgeHours: number,
): string {
  const own = whole?.gates.find(({ id }) => id === gate);
  if (whole === null || own === undefined) return 'it cannot be judged';
  const { sha256, tampered } = readManifestState(folder);
  if (tampered.length > 0) return 'its evidence was changed after it';
  if (sha256 === null) return 'its evidence was not sealed';
  if (results.run.interrupted !== null) return 'it was cut short';
  if (ageHours === null) return 'it did not end in order';
  if (ageHours > maxAgeHours) return 'it is too old';
  if (ageHours < -clockSlackHours) return 'it ends in the future';
  if (own.verdict !== whole.verdict) return whole.sentence.replace(/\.$/, '');
  return '';
}

/** A finding that takes nothing but a pass away: what failed has failed, unless the evidence is not what the run left. */
function withDoubt(verdict: ObjectiveFact['verdict'], reason: string, doubt: string, runId: string) {
  if (doubt === '' || (verdict === 'fail' && !/was changed/.test(doubt))) return { verdict, reason };
  return { verdict: 'inconclusive' as const, reason: `${runId} does not show it: ${doubt}.` };
}

function objectiveOf(
  { objective, verdict, value, interval, reason, changePercent, words }: ObjectiveResult,
  runId: string,
  doubt: string,
): ObjectiveFact {
  const { id, gate, title, target, comparison, unit, key } = objective;
  const isNumber = value !== null && Number.isFinite(value);
  return {
    ...{ kind: 'objective', id, gate, title, runId, target, comparison, unit, key, changePercent },
    ...withDoubt(isNumber || value === null ? verdict : 'inconclusive', reason, doubt, runId),
    value: isNumber ? value : null,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    required: words === undefined ? requirement(objective) : words.wanted,
    ...(words === undefined ? {} : { observed: words.observed }),
  };
}

type Shown = Pick<PartsSection['parts'][number], 'id' | 'title' | 'verdict' | 'checks' | 'figures'>;

function partsOf(domain: string, sections: Results['sections'], runId: string, doubt: string): PartFact[] {
  const section = (sections as Readonly<Record<string, PartsSection | undefined>>)[domain];
  return [
    ...(section?.parts ?? []).map((one) => partOf(domain, one, runId, doubt)),
    ...(section?.notBegun ?? []).map((one) =>
      partOf(domain, { ...one, verdict: 'inconclusive', checks: [], figures: [] }, runId, doubt),
    ),
  ];
}

function partOf(
  domain: string,
  { id, title, verdict, checks, figures }: Shown,
  runId: string,
  doubt: string,
): PartFact {
  const worst = checks.find((one) => one.verdict === verdict);
  const reason = worst?.reason ?? 'It showed nothing.';
  const found = withDoubt(verdict, reason, doubt, runId);
  return { kind: 'part', id: `${domain}.${id}`, title, runId, ...found, figures: [...figures] };
}

/** Why there is no gate to speak of. @param gates those of the policy; absent: there is no policy */
export function noGatesOf(gates: readonly string[] = []): string {
  return gates.length === 0
    ? 'No policy says which gates there are.'
    : 'The policy names no gate that other runs judge.';
}
