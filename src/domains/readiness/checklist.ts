import { z } from 'zod';
import { amount, duration, list } from '../../gate/words.ts';
import type { Unit, Verdict } from '../../model/verdict.ts';
import { plural } from '../../report-kit/format.ts';
import { type Check, check, type Judged, verdictOf } from '../part.ts';
import { validationWork } from '../validation.ts';
import { type Line, lines } from './checklist-lines.ts';
import { factsOf, noGatesOf, type ObjectiveFact, objectiveFact, type PartFact, partFact } from './facts.ts';
import { ownRun } from './own-run.ts';

const hourMs = 3_600_000;
/** A gate of its own would wait for itself. */
const ownGates = ['readiness', 'approval'];

const verdict = z.enum(['pass', 'fail', 'inconclusive', 'not run']);
const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('asked'),
    stableHours: z.number(),
    availabilityPercent: z.number(),
    /** Gates of the policy. */
    gates: z.array(z.string()),
    isPromotion: z.boolean(),
  }),
  objectiveFact,
  partFact,
  /** As this run has judged it. */
  z.object({ kind: z.literal('gate'), id: z.string(), title: z.string(), verdict, summary: z.string() }),
  /** A part of this run. */
  z.object({ kind: z.literal('own'), id: z.string(), verdict, reason: z.string() }),
]);
type Evidence = z.output<typeof evidence>;
type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;

/** The scenario's production readiness checklist. A line that is not shown leaves it open. */
export const checklist = validationWork<Evidence>({
  evidence,
  async run(context) {
    const { config, record } = context;
    const { policy } = config;
    const { stableHours = 48, availabilityPercent = 99.95 } = policy?.readiness ?? {};
    const isPromotion = context.purpose === 'promotion';
    record({ kind: 'asked', stableHours, availabilityPercent, gates: policy?.gates ?? [], isPromotion });
    const { objectives, parts } = await factsOf(context);
    const needed = new Set(
      lines.flatMap(({ objectives = [], also = [], some = [] }) => [...objectives, ...also, ...some]),
    );
    for (const one of objectives)
      if (needed.has(one.id) || ['stable-time', 'availability'].includes(one.id)) record(one);
    for (const one of parts) if (lines.some((line) => line.parts?.some((name) => isNamed(name, one.id)))) record(one);
    const { gates, own } = await ownRun(context);
    for (const { id, title, verdict, summary } of gates) record({ kind: 'gate', id, title, verdict, summary });
    for (const one of own) if (lines.some((line) => line.own?.includes(one.id))) record({ kind: 'own', ...one });
  },
  judge: (pieces) => judgeChecklist(pieces.map(({ data }) => data)),
});

/** Each line of it, the decision last. */
export function judgeChecklist(all: readonly Evidence[]): Judged {
  const of = <K extends Evidence['kind']>(kind: K) => all.filter((one): one is Of<K> => one.kind === kind);
  const [asked] = of('asked');
  const known: Known = {
    asked,
    objectives: of('objective'),
    parts: of('part'),
    gates: of('gate'),
    own: of('own'),
  };
  const checks: Check[] = [];
  const rows: string[][] = [];
  for (const line of lines) {
    const found = line.isAll === true ? allOf(checks, known) : lineFound(line, known);
    const verdict = verdictOf(found);
    const worst = found.find((one) => one.verdict === verdict);
    const reason =
      verdict === 'pass' ? found.map((one) => one.reason).join(' ') : (worst?.reason ?? 'Nothing shows it.');
    checks.push(check(line.id, titleOf(line, asked), verdict, reason));
    rows.push([
      line.box,
      titleOf(line, asked),
      word[verdict],
      [...new Set(found.flatMap((one) => one.evidence))].join(', '),
    ]);
  }
  const isReady = checks.every((one) => one.verdict === 'pass');
  return {
    checks,
    figures: [
      { name: 'production_ready', value: String(isReady) },
      { name: 'Lines shown', value: `${checks.filter((one) => one.verdict === 'pass').length} of ${checks.length}` },
    ],
    tables: [{ title: 'Readiness checklist', head: ['Box', 'Line', 'Verdict', 'Evidence'], rows, figures: 0 }],
  };
}

const word: Record<Verdict, string> = { pass: 'shown', fail: 'failed', inconclusive: 'inconclusive' };

interface Known {
  readonly asked: Of<'asked'> | undefined;
  readonly objectives: readonly ObjectiveFact[];
  readonly parts: readonly PartFact[];
  readonly gates: readonly Of<'gate'>[];
  readonly own: readonly Of<'own'>[];
}

interface Found {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly evidence: readonly string[];
}

function titleOf({ title, figure }: Line, asked: Of<'asked'> | undefined): string {
  if (asked === undefined) return title;
  if (figure === 'stable-hours') return `${duration(asked.stableHours * hourMs)} stable`;
  return figure === 'availability' ? `${asked.availabilityPercent} % uptime` : title;
}

function lineFound(line: Line, known: Known): Found[] {
  const { objectives = [], also = [], some = [], gates = [], parts = [], own = [], figure } = line;
  const there = (ids: readonly string[]) => known.objectives.filter(({ id }) => ids.includes(id));
  const missing = objectives.filter((id) => !known.objectives.some((one) => one.id === id));
  const found: Found[] = [
    ...(figure === undefined ? [] : [figureOf(figure, known)]),
    ...missing.map((id) => open(`No run that counts was judged by ${id}.`)),
    ...(some.length > 0 && there(some).length === 0
      ? [open(`No run that counts was judged by ${some.join(' or ')}.`)]
      : []),
    ...there([...objectives, ...some, ...also]).map(objectiveFound),
    ...gates.map((id) => gateFound(id, known)),
    ...parts.flatMap((name) => partsFound(name, known)),
    ...own.map((id) => ownFound(id, known)),
  ];
  return found.length === 0 ? [open('Nothing shows it.')] : found;
}

function open(reason: string): Found {
  return { verdict: 'inconclusive', reason, evidence: [] };
}

function objectiveFound({ id, verdict, reason, runId, value }: ObjectiveFact): Found {
  if (verdict === 'pass' && value === null) return open(`${id} has no figure.`);
  return { verdict, reason, evidence: [`${id} of ${runId}`] };
}

function gateFound(id: string, { gates }: Known): Found {
  const gate = gates.find((one) => one.id === id);
  if (gate === undefined || gate.verdict === 'not run') return open(`The gate ${id} was not judged.`);
  const { verdict, title, summary } = gate;
  return { verdict, reason: `${title}: ${summary}.`, evidence: [`gate ${id}`] };
}

function isNamed(name: string, id: string): boolean {
  return name.endsWith('.*') ? id.startsWith(name.slice(0, -1)) : name === id;
}

function partsFound(name: string, { parts }: Known): Found[] {
  const found = parts.filter(({ id }) => isNamed(name, id));
  if (found.length === 0) return [open(`No run that counts has done ${name.replace(/\.\*$/, '')}.`)];
  return found.map(({ verdict, reason, id, title, runId }) => ({
    ...{ verdict, evidence: [`${id} of ${runId}`] },
    reason: verdict === 'pass' ? `${title} passed.` : `${title}: ${reason}`,
  }));
}

function ownFound(id: string, { own }: Known): Found {
  const found = own.find((one) => one.id === id);
  if (found === undefined || found.verdict === 'not run') return open(`${id} is no part of this run.`);
  return { verdict: found.verdict, reason: found.reason, evidence: [id] };
}

/** The checklist has targets of its own for two figures: they are asked of what was measured, and not of the objective’s verdict. */
function figureOf(figure: NonNullable<Line['figure']>, { asked, objectives }: Known): Found {
  const id = figure === 'stable-hours' ? 'stable-time' : 'availability';
  const unit: Unit = figure === 'stable-hours' ? 'h' : '%';
  const target = figure === 'stable-hours' ? asked?.stableHours : asked?.availabilityPercent;
  const fact = objectives.find((one) => one.id === id);
  if (fact === undefined) return open(`No run that counts has measured ${id}.`);
  const { value, low, high, runId, verdict, reason } = fact;
  if (target === undefined || value === null || !Number.isFinite(value)) return open(`${id} was not measured.`);
  if (fact.unit !== unit) return open(`${id} is in ${fact.unit === '' ? 'no unit' : fact.unit}, not in ${unit}.`);
  // Its own verdict may be against another target; what is against the run it comes from is against it too.
  if (verdict === 'inconclusive' && reason.startsWith(`${runId} does not show it`)) return open(reason);
  const evidence = [`${id} of ${runId}`];
  const words = `${id} is ${amount(value, unit, target)} against ${amount(target, unit)}`;
  if (figure === 'stable-hours')
    return value >= target
      ? { verdict: 'pass', reason: `${words}.`, evidence }
      : { ...open(`${words}: it takes longer.`), evidence };
  if ((low ?? value) >= target) return { verdict: 'pass', reason: `${words}.`, evidence };
  if ((high ?? value) < target) return { verdict: 'fail', reason: `${words}.`, evidence };
  return { ...open(`${words}, and the run is too short to show which side it is on.`), evidence };
}

function allOf(before: readonly Check[], { asked, gates }: Known): Found[] {
  const unshown = before.filter((one) => one.verdict !== 'pass');
  const named = (asked?.gates ?? []).filter((id) => !ownGates.includes(id));
  const bad = named.map((id) => gates.find((one) => one.id === id) ?? { id, title: id, verdict: 'not run' as const });
  const [failed, undecided] = [
    bad.filter((one) => one.verdict === 'fail'),
    bad.filter((one) => one.verdict !== 'pass'),
  ];
  if (unshown.some((one) => one.verdict === 'fail') || failed.length > 0)
    return [
      {
        verdict: 'fail',
        reason: `Failed: ${list([...unshown.filter((one) => one.verdict === 'fail').map(({ title }) => title), ...failed.map(({ title }) => `the gate ${title}`)])}.`,
        evidence: [],
      },
    ];
  if (named.length === 0) return [open(noGatesOf(asked?.gates))];
  if (unshown.length + undecided.length > 0)
    return [
      open(
        `Not shown: ${list([...unshown.map(({ title }) => title), ...undecided.map(({ title }) => `the gate ${title}`)])}.`,
      ),
    ];
  return [
    {
      verdict: 'pass',
      reason: `Every line is shown (${plural(before.length, 'line')}), and every gate passed (${plural(named.length, 'gate')}).`,
      evidence: [],
    },
  ];
}
