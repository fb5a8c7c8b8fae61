import type { Domain, Doubt, ObjectiveChoice } from '../../domains/domain.ts';
import { type ManifestState, readManifestState } from '../../evidence/manifest.ts';
import type { JournalCheck } from '../../evidence/read-journal.ts';
import { evaluateGates, type JudgedGate } from '../../gate/gates.ts';
import { judgeAll } from '../../gate/judge.ts';
import type { Measurement } from '../../gate/measurement.ts';
import { Metrics } from '../../gate/metrics.ts';
import { changed } from '../../gate/objectives.ts';
import { headline, missingEvidence, overallVerdict, type RunOutcome } from '../../gate/overall.ts';
import { unprobedArtifacts } from '../../model/artifact.ts';
import type { Results, Sections } from '../../model/results.ts';
import type { RunFacts } from '../../model/run-facts.ts';
import { type Objective, readinessWord, verdictWord } from '../../model/verdict.ts';
import { asSentence } from '../../report-kit/text.ts';
import { signOffDoubts } from '../../signing/acceptance.ts';
import { domains } from '../domains.ts';
import { ageHours, inTime } from './age.ts';
import { foldRun, guarded, guardedLater, type JudgingPart } from './fold.ts';
import { journalDoubts } from './journal-doubts.ts';
import { policyLines } from './policy-lines.ts';
import { changedEvidence, changedSignOffs, otherCandidate, unsealed } from './record-doubts.ts';
import { asking, type JudgeOptions, type JudgeSettings, judgeSettings } from './settings.ts';

interface PartWithSection extends JudgingPart {
  section: unknown;
}

/**
 * Folds a run's journal and its other evidence into its results; the same folder gives the same results, byte for byte. A run that was cut off gives
 * what it measured. A domain that throws makes its gates inconclusive, with what failed, and the rest is judged.
 * @param folder holds `journal.ndjson` and what the domains left
 * @returns the results, and the facts that they were made from
 * @throws ShakedownError RUN_NOT_FOUND, RUN_JOURNAL
 */
export async function judgeRun(
  folder: string,
  { nowMs = Date.now(), isRunning = false, isWithoutSignOffs = false, looks = 1, wholeGate, by }: JudgeOptions = {},
): Promise<{ results: Results; facts: RunFacts }> {
  const { facts, parts: folded, warnings, times, journal } = await foldRun(folder);
  if (isRunning) facts.interrupted = 'still running';
  facts.started = { ...facts.started, config: asking(facts.started.config, wholeGate, by) };
  const warn = (message: string) => void warnings.push(message);
  const settings = judgeSettings(facts.started.config);
  const parts = await sectionsOf(facts, folded, settings, warn);
  const choice = choose(facts, parts, settings);
  const metrics = new Metrics(parts.flatMap(({ judging }) => judging.metrics ?? []));
  const objectives = judgedObjectives(facts, parts, choice.objectives, metrics, { ...settings, looks });
  const evidence = readManifestState(folder);
  const ofRun = gatesOf(facts, parts);
  const judgedGates = evaluateGates(objectives, ofRun, metrics);
  const ofPolicy = policyLines(
    settings,
    defaultsOf(facts, parts),
    choice.objectives,
    ofRun.map(({ id }) => id),
  );
  const gates = inTime(judgedGates, settings.policy?.maxAgeHours ?? {}, ageHours(facts, nowMs));
  const outcome: RunOutcome = {
    gates,
    unjudged: unjudged(settings, gates),
    policy: appliedPolicy(settings),
    objectives,
    metrics,
    doubts: unique([
      ...settings.doubts,
      ...ofPolicy.doubts,
      ...otherCandidate(facts),
      ...times.doubts(),
      ...changedSignOffs(isWithoutSignOffs ? [] : await signOffDoubts(folder)),
      ...(isRunning ? [] : recordDoubts(facts, parts, evidence, journal)),
      ...broken(parts),
    ]),
    interrupted: facts.interrupted,
    aborted: facts.aborted,
    isRunning,
    coveredMs: facts.judged.coveredMs,
    plannedMs: facts.plannedMs,
    caveats: [
      ...ofPolicy.caveats,
      ...each(parts, (part) => (part.section === null ? [] : part.judging.caveats?.(part.section))),
    ],
    failure: (main, failing) => firstOf(parts, (part) => part.judging.headline?.(part.section, main, failing)),
  };
  const verdict = overallVerdict(outcome);
  const timeline = firstOf(parts, (part) => part.judging.timeline?.(part.state, facts)) ?? { bucketMs: 0, points: [] };
  const { started } = facts;
  const results: Results = {
    format: 'shakedown.results/2',
    run: {
      id: started.runId,
      command: started.command,
      attempt: started.attempt ?? 1,
      startedAt: started.time,
      loadStartedAt: facts.loadStartedAt,
      endedAt: facts.endedAt,
      plannedMs: facts.plannedMs,
      coveredMs: facts.judged.coveredMs,
      interrupted: facts.interrupted,
      ...(isRunning ? { isRunning } : {}),
    },
    candidate: { ...started.candidate, artifacts: started.candidate.artifacts ?? [] },
    environment: started.environment,
    verdict,
    word: outcome.policy === null ? verdictWord[verdict] : readinessWord[verdict],
    policy: outcome.policy,
    sentence: headline(verdict, outcome),
    missing: [
      ...missingEvidence(outcome),
      ...ofPolicy.missing,
      ...choice.missing,
      ...[unprobedArtifacts(started.candidate.artifacts ?? [])].filter((line) => line !== null),
      ...each(parts, (part) => part.judging.missing?.(part.state, part.section, facts)),
    ],
    gates,
    objectives,
    timeline: {
      ...timeline,
      bands: each(parts, (part) =>
        part.section === null ? [] : part.judging.bands?.(part.state, part.section, facts, timeline.bucketMs),
      ),
    },
    programs: started.programs,
    host: started.host,
    evidence: { files: evidence.files, bytes: evidence.bytes, manifestSha256: evidence.sha256 },
    warnings,
    sections: Object.fromEntries(
      parts.flatMap(({ id, section }) => (section === null ? [] : [[id, section]])),
    ) as Partial<Sections>,
  };
  return { results, facts };
}

/** The results alone; see `judgeRun`. */
export async function buildResults(folder: string, options: { nowMs?: number } = {}): Promise<Results> {
  return (await judgeRun(folder, options)).results;
}

/** Why the files of a run are no evidence as they are. While it runs they are not complete, and say nothing yet. */
function recordDoubts(
  facts: RunFacts,
  parts: readonly PartWithSection[],
  evidence: ManifestState,
  journal: JournalCheck,
): Doubt[] {
  return [
    ...changedEvidence(evidence),
    ...unsealed(facts, evidence),
    ...journalDoubts(journal, facts),
    ...each(parts, (part) => part.judging.doubts?.(part.state, part.section, facts)),
  ];
}

/** Each domain's section; what the journal lacks is looked for first, so that all of them know what was going on. */
async function sectionsOf(
  facts: RunFacts,
  parts: readonly JudgingPart[],
  settings: JudgeSettings,
  warn: (message: string) => void,
): Promise<PartWithSection[]> {
  for (const part of parts) await guardedLater(part, undefined, () => part.judging.complete?.(part.state, facts));
  facts.spans = each(parts, (part) => part.judging.spans?.(part.state, facts)).sort((a, b) => a.fromMs - b.fromMs);
  const { config } = facts.started;
  const objectives = asked(facts, parts, settings);
  const context = { facts, config, objectives, warn };
  const found: PartWithSection[] = [];
  for (const part of parts) {
    const section = await guardedLater<unknown>(part, null, () => part.judging.section(part.state, context));
    found.push(Object.assign(part, { section }));
  }
  return found;
}

/** The default objectives of what this run did. */
function defaultsOf(facts: RunFacts, parts: readonly JudgingPart[]): Objective[] {
  return each(parts, (part) => part.judging.objectives?.(part.state, facts, facts.started.config));
}

/** The same with the configuration's and the policy's changes, and the configuration's own for its gates. */
function asked(facts: RunFacts, parts: readonly JudgingPart[], settings: JudgeSettings): Objective[] {
  const defaults = defaultsOf(facts, parts);
  const all = changed(changed(defaults, settings.objectives), settings.policy?.objectives ?? null);
  if (Array.isArray(settings.objectives)) return all;
  const gates = new Set(gatesOf(facts, parts).map(({ id }) => id));
  const isDefault = new Set(defaults.map(({ id }) => id));
  return all.filter(({ id, gate }) => isDefault.has(id) || gates.has(gate));
}

/** The objectives that this run is judged by. */
function choose(facts: RunFacts, parts: readonly PartWithSection[], settings: JudgeSettings): ObjectiveChoice {
  const given = settings.objectives;
  const policy = settings.policy?.objectives ?? {};
  let choice: ObjectiveChoice = {
    objectives: asked(facts, parts, settings),
    missing: [],
    isNamed: (id) => Array.isArray(given) || (given !== null && Object.hasOwn(given, id)) || Object.hasOwn(policy, id),
  };
  for (const part of parts) {
    const before = choice;
    choice = guarded(part, before, () => part.judging.select?.(part.state, part.section, before, facts) ?? before);
  }
  return choice;
}

function judgedObjectives(
  facts: RunFacts,
  parts: readonly PartWithSection[],
  objectives: readonly Objective[],
  metrics: Metrics,
  { maxInvalidShare, looks }: JudgeSettings & { looks: number },
): Results['objectives'] {
  const owners = new Map(parts.flatMap((part) => (part.judging.metrics ?? []).map(({ id }) => [id, part] as const)));
  const measured = (objective: Objective): Measurement => {
    const part = owners.get(objective.metric);
    const metric = metrics.of(objective);
    const none: Measurement = { value: null, samples: 0, absent: `there is no metric ${objective.metric}` };
    if (part === undefined || metric === undefined) return none;
    const { state, section } = part;
    const read = (of: RunFacts) => guarded(part, null, () => metric.read({ state, section, facts: of }, objective));
    const found = read(facts) ?? { ...none, absent: `it could not be judged: ${part.broken}` };
    const { excused } = facts;
    const without = excused === undefined ? null : read(excused.facts);
    return excused === undefined || without === null
      ? found
      : { ...found, excused: { ...excused, measurement: without } };
  };
  const { windows, judged } = facts;
  const invalidShare = windows.length === 0 ? 0 : judged.invalidWindows / windows.length;
  let results = judgeAll(objectives, metrics, measured, { invalidShare, maxInvalidShare, facts, looks });
  for (const part of parts) {
    const before = results;
    if (part.section !== null)
      results = [...guarded(part, before, () => [...(part.judging.annotate?.(part.section, before) ?? before)])];
  }
  return results;
}

/** Gates that this run has evidence for, in the order of the table, and those of a domain that broke. */
function gatesOf(facts: RunFacts, parts: readonly JudgingPart[]): JudgedGate[] {
  const judged = new Set(each(parts, (part) => part.judging.gates?.(part.state, facts)));
  return allGates().flatMap(({ id, title, domain }): JudgedGate[] => {
    const part = parts.find(
      ({ id: own, judging, broken }) =>
        broken !== null && (own === domain || judging.allObjectives?.some((objective) => objective.gate === id)),
    );
    const broken = part?.broken ?? null;
    if (broken !== null) return [{ id, title, broken: `it could not be judged: ${broken}` }];
    return judged.has(id) ? [{ id, title, broken: null }] : [];
  });
}

/** Every gate that a domain declares, in the order of the table. */
function allGates(table: readonly Domain[] = domains): { id: string; title: string; domain: string }[] {
  return table.flatMap(({ id: domain, gates }) => (gates ?? []).map((gate) => ({ ...gate, domain })));
}

function appliedPolicy({ policy }: JudgeSettings): Results['policy'] {
  if (policy === null) return null;
  const { objectives: _, ...applied } = policy;
  return applied;
}

/** Gates that the policy names and that this run has no evidence for. */
function unjudged({ policy }: JudgeSettings, gates: readonly { id: string }[]): { id: string; title: string }[] {
  const titles = new Map(allGates().map(({ id, title }) => [id, title]));
  const missing = (policy?.gates ?? []).filter((id) => !gates.some((gate) => gate.id === id));
  return missing.map((id) => ({ id, title: titles.get(id) ?? id.charAt(0).toUpperCase() + id.slice(1) }));
}

/** What several say is said once. */
function unique(doubts: readonly Doubt[]): Doubt[] {
  return [...new Map(doubts.map((doubt) => [doubt.clause, doubt])).values()];
}

/** Domains without a gate that could be inconclusive in their place. */
function broken(parts: readonly JudgingPart[]): Doubt[] {
  return parts.flatMap(({ id, broken: why }) => {
    if (why === null || allGates().some(({ domain }) => domain === id)) return [];
    const how = `could not be judged: ${why}`;
    return [{ clause: `${id} ${how}`, missing: asSentence(`The evidence of ${id} ${how}`) }];
  });
}

/** What all domains say, in the order of the table. */
function each<P extends JudgingPart, T>(parts: readonly P[], say: (part: P) => readonly T[] | undefined): T[] {
  return parts.flatMap((part) => guarded(part, [], () => [...(say(part) ?? [])]));
}

function firstOf<T>(
  parts: readonly PartWithSection[],
  find: (part: PartWithSection) => T | null | undefined,
): T | null {
  for (const part of parts) {
    const found = part.section === null ? null : guarded(part, null, () => find(part) ?? null);
    if (found !== null) return found;
  }
  return null;
}
