import { z } from 'zod';
import { duration } from '../../gate/words.ts';
import type { Verdict } from '../../model/verdict.ts';
import { plural } from '../../report-kit/format.ts';
import { type Check, check, type Judged } from '../part.ts';
import { validationWork } from '../validation.ts';
import { type Criteria, hoursOf, percentOf, readCriteria } from './criteria-file.ts';
import { factsOf, type ObjectiveFact, objectiveFact, type PartFact, partFact, sourceFact } from './facts.ts';
import { ownRun } from './own-run.ts';
import { newestStage } from './stage.ts';
import { stageEvent, stageValue } from './stage-facts.ts';

const hourMs = 3_600_000;

/** What this run decides itself, by the part that does: the deployment validator's word, and newer than what the stage noted before. */
const decidedHere: Readonly<Record<string, string>> = {
  deployment_approved: 'readiness.approval',
  production_ready: 'readiness.checklist',
};

const own = z.object({ verdict: z.enum(['pass', 'fail', 'inconclusive', 'not run']), reason: z.string() });
const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('criteria'),
    events: z.array(z.string()),
    state: z.array(z.object({ key: z.string(), wanted: z.union([z.string(), z.boolean()]) })),
    metrics: z.array(z.object({ key: z.string(), wanted: z.union([z.string(), z.boolean()]) })),
    /** Of the policy, in place of the criteria's; null: as they say. */
    stableHours: z.number().nullable(),
  }),
  z.object({ kind: z.literal('stage'), runId: z.string(), changed: z.string().default('') }),
  z.object({ kind: z.literal('event'), ...stageEvent.shape }),
  z.object({ kind: z.literal('value'), ...stageValue.shape }),
  z.object({ kind: z.literal('own'), id: z.string(), ...own.shape }),
  objectiveFact,
  partFact,
  sourceFact,
]);
export type CriteriaEvidence = z.output<typeof evidence>;
type Of<K extends CriteriaEvidence['kind']> = Extract<CriteriaEvidence, { kind: K }>;

/** The scenario's success criteria, each line with what shows it. */
export const criteria = validationWork<CriteriaEvidence>({
  evidence,
  async run(context) {
    const { config, record } = context;
    record(asked(await readCriteria(config.readiness.criteria), config.policy?.readiness.criteriaStableHours ?? null));
    const stage = await newestStage(context);
    if (stage !== null) {
      record({ kind: 'stage', runId: stage.runId, changed: stage.changed });
      for (const one of stage.events) record({ kind: 'event', ...one });
      for (const one of stage.state) record({ kind: 'value', ...one });
    }
    const found = await ownRun(context);
    for (const { id, verdict, reason } of found.own)
      if (Object.values(decidedHere).includes(id)) record({ kind: 'own', id, verdict, reason });
    const facts = await factsOf(context);
    for (const one of facts.sources) record(one);
    for (const one of facts.objectives) if (one.gate === 'performance' || one.id === 'stable-time') record(one);
    for (const one of facts.parts) record(one);
  },
  judge: (pieces) => judgeCriteria(pieces.map(({ data }) => data)),
});

export function asked(
  { requiredEvents = [], blackboardState = {}, deploymentMetrics = {} }: Criteria,
  stableHours: number | null,
): Of<'criteria'> {
  const pairs = (of: object) =>
    Object.entries(of).map(([key, wanted]) => ({ key, wanted: wanted as string | boolean }));
  return {
    ...{ kind: 'criteria', events: requiredEvents, stableHours },
    ...{ state: pairs(blackboardState), metrics: pairs(deploymentMetrics) },
  };
}

/** Each line of the criteria. */
export function judgeCriteria(all: readonly CriteriaEvidence[]): Judged {
  const lines = all.find((one): one is Of<'criteria'> => one.kind === 'criteria');
  if (lines === undefined)
    return {
      checks: [check('criteria', 'The success criteria are met', 'inconclusive', 'They were not read.')],
      figures: [],
    };
  const stage = all.find((one): one is Of<'stage'> => one.kind === 'stage');
  const checks = [
    ...(stage === undefined ? [] : [sameCheck(stage)]),
    ...lines.events.map((type) => eventCheck(type, all)),
    ...lines.state.map(({ key, wanted }) => stateCheck(key, wanted, all)),
    ...lines.metrics.map(({ key, wanted }) => metricCheck(key, String(wanted), lines.stableHours, all)),
  ];
  return {
    checks,
    figures: [{ name: 'Stage run', value: stage?.runId ?? 'none' }],
    tables: [
      {
        title: 'Success criteria',
        head: ['Criterion', 'Found', 'Verdict'],
        rows: checks.map(({ title, reason, verdict }) => [title, reason, verdict]),
        figures: 0,
      },
    ],
  };
}

/** What a stage says is of its candidate only where it met one. */
function sameCheck({ runId, changed }: Of<'stage'>): Check {
  const title = 'The candidate stayed the same in the stage';
  return changed === ''
    ? check('stage-candidate', title, 'pass', `In ${runId}, by everything that said what it is.`)
    : check('stage-candidate', title, 'inconclusive', `In ${runId} that is not shown: ${changed} Begin a new stage.`);
}

const noStage = 'No stage run of this candidate is there: `shakedown run` makes one.';

function eventCheck(type: string, all: readonly CriteriaEvidence[]): Check {
  const is = (verdict: Verdict, reason: string) => check(`event-${type.replace('/', '-')}`, type, verdict, reason);
  if (!all.some(({ kind }) => kind === 'stage')) return is('inconclusive', noStage);
  const events = all.filter((one): one is Of<'event'> => one.kind === 'event' && one.type === type);
  const [newest] = events.slice(-1);
  if (newest === undefined) return is('inconclusive', 'It did not happen.');
  const backed = events.find(({ open }) => open === '');
  if (backed === undefined) return is('inconclusive', `It is noted, and nothing stands behind it: ${newest.open}.`);
  return is('pass', `${backed.at}, of ${backed.phase}.`);
}

function stateCheck(key: string, wanted: string | boolean, all: readonly CriteriaEvidence[]): Check {
  const is = (verdict: Verdict, reason: string) => check(`state-${key}`, `${key} is ${wanted}`, verdict, reason);
  const here = decidedHere[key];
  if (here !== undefined) {
    const found = all.find((one): one is Of<'own'> => one.kind === 'own' && one.id === here);
    if (found === undefined) return is('inconclusive', `${here} is no part of this run, and it decides this.`);
    const value = found.verdict === 'pass';
    if (String(wanted) === String(value) && found.verdict !== 'inconclusive')
      return is('pass', `By ${here}: ${found.reason}`);
    return is(found.verdict === 'fail' ? 'fail' : 'inconclusive', `By ${here}: ${found.reason}`);
  }
  if (!all.some(({ kind }) => kind === 'stage')) return is('inconclusive', noStage);
  const value = all.filter((one): one is Of<'value'> => one.kind === 'value' && one.key === key).at(-1);
  if (value === undefined) return is('inconclusive', 'The stage has not written it.');
  if (value.open !== '') return is('inconclusive', `It is noted, and nothing stands behind it: ${value.open}.`);
  const found = plain(key, value.value);
  if (found === undefined) return is('inconclusive', 'What is written there is no word.');
  return found === String(wanted)
    ? is('pass', `${value.writer} wrote it.`)
    : is('fail', `It is ${JSON.stringify(found).slice(0, 100)}.`);
}

/** Words are compared as they are: `ready` is not `staging_environment_ready`. Health has more to it than its word. */
function plain(key: string, value: unknown): string | undefined {
  const inner =
    key === 'health_status' && typeof value === 'object' && value !== null
      ? (value as { status?: unknown }).status
      : value;
  return typeof inner === 'string' || typeof inner === 'boolean' ? String(inner) : undefined;
}

function metricCheck(key: string, wanted: string, stableHours: number | null, all: readonly CriteriaEvidence[]): Check {
  const objectives = all.filter((one): one is ObjectiveFact => one.kind === 'objective');
  const parts = all.filter((one): one is PartFact => one.kind === 'part');
  const sources = all.filter((one): one is Of<'source'> => one.kind === 'source');
  const is = (verdict: Verdict, reason: string) => check(`metric-${key}`, `${key} ${wanted}`, verdict, reason);
  if (key === 'testPassRate') return is(...passRate(percentOf(wanted), parts));
  if (key === 'performanceTargetsMet') return is(...allMet(objectives.filter(({ gate }) => gate === 'performance')));
  if (key === 'securityIssues') return is(...noIssues(wanted, parts, sources));
  if (key === 'stabilityPeriod') {
    const hours = stableHours ?? hoursOf(wanted);
    const how = stableHours === null ? '' : ` The policy asks for ${duration(hours * hourMs)} in its place.`;
    const [verdict, reason] = stable(hours, objectives);
    return is(verdict, `${reason}${how}`);
  }
  const rehearsal = sources.find(({ id }) => id === 'rehearsal');
  if (rehearsal === undefined || rehearsal.runId === null) return is('inconclusive', 'No deployment was rehearsed.');
  if (rehearsal.doubt !== '') return is('inconclusive', `${rehearsal.runId} does not show it: ${rehearsal.doubt}.`);
  const verdict = rehearsal.verdict === 'not run' ? 'inconclusive' : rehearsal.verdict;
  return is(verdict, `${rehearsal.runId}: ${rehearsal.summary}.`);
}

type Found = [verdict: Verdict, reason: string];

/** Of all tests of the project’s suites that were run, as their own files count them: one that was skipped did not fail. */
function passRate(atLeast: number, parts: readonly PartFact[]): Found {
  const suites = parts.filter(({ id }) => id.startsWith('functional.'));
  let [tests, passed] = [0, 0];
  for (const { title, figures, verdict, reason, runId } of suites) {
    if (verdict === 'inconclusive') return ['inconclusive', `${title} of ${runId}: ${reason}`];
    const of = (name: string) => figures.find((one) => one.name === name)?.value;
    const [all, good, skipped] = [of('Tests'), of('Passed'), of('Skipped or to be done') ?? '0'].map(numberOf);
    const run = (all ?? Number.NaN) - (skipped ?? Number.NaN);
    if (good === undefined || !(good <= run))
      return ['inconclusive', `${title} of ${runId} does not say how many tests passed.`];
    tests += run;
    passed += good;
  }
  if (tests === 0) return ['inconclusive', 'No run that counts has done tests.'];
  const percent = (100 * passed) / tests;
  return [percent >= atLeast ? 'pass' : 'fail', `${passed} of ${tests} tests passed, ${percent.toFixed(1)} %.`];
}

/** `1,234`; NaN where it is anything else. */
function numberOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,3}(,\d{3})*$|^\d+$/.test(text) ? Number(text.replaceAll(',', '')) : Number.NaN;
}

function allMet(targets: readonly ObjectiveFact[]): Found {
  if (targets.length === 0) return ['inconclusive', 'No run that counts was judged by targets of performance.'];
  for (const verdict of ['fail', 'inconclusive'] as const) {
    const bad = targets.filter((one) => one.verdict === verdict || (verdict === 'inconclusive' && one.value === null));
    if (bad.length > 0)
      return [
        verdict,
        bad
          .map(({ title, reason }) => `${title}: ${reason}`)
          .slice(0, 3)
          .join(' '),
      ];
  }
  return [
    'pass',
    `${plural(targets.length, 'target')} of performance ${targets.length === 1 ? 'is' : 'are'} met in ${targets[0]?.runId}.`,
  ];
}

/** A clean bill is one of scanners that proved that they looked, and not of those that found nothing. */
function noIssues(wanted: string, parts: readonly PartFact[], sources: readonly Of<'source'>[]): Found {
  const source = sources.find(({ id }) => id === 'security-validation');
  if (source === undefined || source.runId === null)
    return ['inconclusive', 'No run that counts has looked at security.'];
  const own = parts.filter(({ id }) => id.startsWith('security.'));
  const risks = wanted === 'none' ? ['critical', 'high', 'medium', 'low'] : ['critical'];
  for (const { figures, title } of own)
    for (const risk of risks) {
      const found = figures.find(({ name }) => name === `Findings, ${risk}`);
      if (found !== undefined && numberOf(found.value) > 0) return ['fail', `${title}: ${found.value} ${risk}.`];
    }
  const unclear = own.find(
    ({ verdict, figures }) => verdict === 'fail' && !figures.some(({ name }) => name === 'Findings, critical'),
  );
  if (unclear !== undefined)
    return [
      'inconclusive',
      `${unclear.title} of ${unclear.runId} failed, and how critical that is is not counted: ${unclear.reason}`,
    ];
  const open = own.find(({ verdict }) => verdict === 'inconclusive');
  if (own.length === 0 || open !== undefined)
    return [
      'inconclusive',
      open === undefined ? 'Nothing was looked at.' : `${open.title} of ${open.runId}: ${open.reason}`,
    ];
  if (source.verdict !== 'pass' && wanted === 'none')
    return [source.verdict === 'fail' ? 'fail' : 'inconclusive', `${source.runId}: ${source.summary}.`];
  return ['pass', `${plural(own.length, 'part')} of ${source.runId} found none that is ${risks.join(' or ')}.`];
}

function stable(hours: number, objectives: readonly ObjectiveFact[]): Found {
  const fact = objectives.find(({ id }) => id === 'stable-time');
  if (fact === undefined || fact.value === null)
    return ['inconclusive', 'No run that counts has measured how long it is stable.'];
  if (fact.unit !== 'h') return ['inconclusive', `stable-time is in ${fact.unit}, not in hours.`];
  if (fact.reason.startsWith(`${fact.runId} does not show it`)) return ['inconclusive', fact.reason];
  const words = `${fact.runId} was stable for ${duration(fact.value * hourMs)}, against ${duration(hours * hourMs)}.`;
  return [fact.value >= hours ? 'pass' : 'inconclusive', words];
}
