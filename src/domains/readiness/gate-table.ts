import { z } from 'zod';
import { configurationAsksLess, configurationLeavesOut } from '../../gate/weaker.ts';
import { amount, duration, list } from '../../gate/words.ts';
import type { Unit } from '../../model/verdict.ts';
import { percent } from '../../report-kit/format.ts';
import { usualMaxAgeHours } from '../final/public.ts';
import { check, type Judged, type Table } from '../part.ts';
import { validationWork } from '../validation.ts';
import { factsOf, noGatesOf, type ObjectiveFact, objectiveFact, type SourceFact, sourceFact } from './facts.ts';
import { lessAskedFigure } from './section.ts';

const hourMs = 3_600_000;
const monthMinutes = 30 * 24 * 60;
const mostRequired = 4;
const mostObjectives = 400;
/** Judged in this run, by no other. */
const ownGates = ['candidate', 'readiness', 'approval'];

const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('asked'),
    gates: z.array(z.string()),
    baselineVersion: z.string().nullable(),
    /** Hours that evidence may be old by the configuration, for gates of which the policy says nothing; absent in journals of earlier versions. */
    maxAgeHours: z.number().exactOptional(),
  }),
  sourceFact,
  objectiveFact,
  /** Something that a run that counts says it did not look at. */
  z.object({ kind: z.literal('untested'), source: z.string(), text: z.string() }),
]);
type Evidence = z.output<typeof evidence>;

/** For each gate what is required, what was found, where, and how old that is. */
export const gateTable = validationWork<Evidence>({
  evidence,
  async run(context) {
    const { config, record } = context;
    const { policy, baselineVersion, final } = config;
    record({ kind: 'asked', gates: policy?.gates ?? [], baselineVersion, maxAgeHours: final.maxAgeHours });
    const facts = await factsOf(context);
    for (const one of facts.sources) record(one);
    for (const one of facts.objectives.slice(0, mostObjectives)) record(one);
    const said = new Set<string>();
    for (const [source, { results }] of facts.runs)
      for (const text of results.missing.filter((one) => !said.has(one) && !one.startsWith('Not judged in this run'))) {
        said.add(text);
        record({ kind: 'untested', source, text: text.slice(0, 500) });
      }
  },
  judge: (pieces) => judgeGates(pieces.map(({ data }) => data)),
});

/** Columns of the first table: the gate’s id, then as its head says. */
export const gateHead = ['Gate', 'Required', 'Found', 'Evidence', 'Age'] as const;
export const gateTableTitle = 'Gates';

export function judgeGates(all: readonly Evidence[]): Judged {
  const asked = all.find((one) => one.kind === 'asked');
  const sources = all.filter((one) => one.kind === 'source');
  const objectives = all.filter((one) => one.kind === 'objective');
  const untested = all.filter((one) => one.kind === 'untested');
  const title = 'Every gate has evidence that counts';
  const gates = (asked?.gates ?? []).filter((id) => !ownGates.includes(id));
  const open = gates.filter((id) => {
    const own = sources.filter(({ gate }) => gate === id);
    return own.length === 0 || own.some(({ runId, doubt }) => runId === null || doubt !== '');
  });
  const verdict = gates.length > 0 && open.length === 0 ? 'pass' : 'inconclusive';
  const reason =
    gates.length === 0
      ? noGatesOf(asked?.gates)
      : open.length === 0
        ? `${gates.length === 1 ? 'The one gate was' : `All ${gates.length} gates were`} judged by runs of this candidate that count.`
        : `Nothing that counts is there of ${list(open)}.`;
  return {
    checks: [check('evidence', title, verdict, reason)],
    figures: lessAsked([...olderAllowed(asked?.maxAgeHours), ...untested.map(({ text }) => text)]),
    tables: [
      {
        title: gateTableTitle,
        head: [...gateHead],
        rows: gates.map((id) => gateRow(id, sources, objectives)),
        figures: 0,
      },
      comparisonTable(objectives, asked?.baselineVersion ?? null),
      impactTable(objectives),
    ],
    coverage: [
      {
        of: 'gates with evidence that counts',
        covered: gates.length - open.length,
        total: gates.length,
        gaps: [
          ...open.map(
            (id) =>
              `${id}: ${
                sources
                  .filter(({ gate }) => gate === id)
                  .map(gapOf)
                  .filter(Boolean)
                  .join('; ') || 'nothing judges it'
              }`,
          ),
          ...untested.map(({ text }) => text),
        ],
      },
    ],
  };
}

function olderAllowed(maxAgeHours = usualMaxAgeHours): string[] {
  if (maxAgeHours <= usualMaxAgeHours) return [];
  return [
    `${configurationAsksLess} than usual: evidence ${duration(maxAgeHours * hourMs)} old counts where the policy says nothing (final.maxAgeHours), not ${duration(usualMaxAgeHours * hourMs)}.`,
  ];
}

/** What the configuration took from what the joined runs are judged by: it stands in the headline. */
function lessAsked(texts: readonly string[]): { name: string; value: string }[] {
  const said = texts.filter((text) =>
    [configurationAsksLess, configurationLeavesOut].some((how) => text.startsWith(how)),
  );
  return said.map((value) => ({ name: lessAskedFigure, value }));
}

function gapOf({ title, runId, doubt }: SourceFact): string {
  if (runId === null) return `${title}: no run`;
  return doubt === '' ? '' : `${title}: ${runId}, but ${doubt}`;
}

function gateRow(id: string, sources: readonly SourceFact[], objectives: readonly ObjectiveFact[]): string[] {
  const own = objectives.filter(({ gate }) => gate === id);
  const key = own.filter((one) => one.key);
  const shown = (key.length > 0 ? key : own).slice(0, mostRequired);
  const more = Math.max(0, own.length - shown.length);
  const runs = sources.filter((one) => one.gate === id && one.runId !== null);
  const oldest = Math.max(...runs.map(({ ageHours }) => ageHours ?? Number.NaN));
  const limit = Math.min(...runs.map(({ maxAgeHours }) => maxAgeHours));
  return [
    id,
    shown
      .map(({ title, required, observed }) => `${title}${observed === undefined ? '' : ':'} ${required}`)
      .join('; ') + (more > 0 ? `; and ${more} more` : ''),
    shown.map(found).join('; '),
    [...new Set(runs.map(({ runId }) => runId))].join(', ') || 'none',
    runs.length === 0
      ? ''
      : Number.isNaN(oldest)
        ? 'not known'
        : `${duration(Math.max(0, oldest) * hourMs)}, at most ${duration(limit * hourMs)}`,
  ];
}

function found({ title, value, unit, target, verdict, observed }: ObjectiveFact): string {
  if (value === null) return `${title} not measured`;
  const figure = observed === undefined ? ` ${amount(value, unit as Unit, target)}` : `: ${observed}`;
  return `${title}${figure}${verdict === 'pass' ? '' : verdict === 'fail' ? ' (failed)' : ' (inconclusive)'}`;
}

/** Against runs of the release before, where a run was compared with them. */
function comparisonTable(objectives: readonly ObjectiveFact[], baseline: string | null): Table {
  return {
    title: `Against the release before${baseline === null ? '' : `, ${baseline}`}`,
    head: ['Figure', 'Now', 'Change'],
    rows: objectives
      .filter(({ changePercent, value }) => changePercent !== null && value !== null)
      .map(({ title, value, unit, target, changePercent }) => [
        title,
        amount(value ?? 0, unit as Unit, target),
        `${(changePercent ?? 0) > 0 ? '+' : ''}${percent(changePercent ?? 0)}`,
      ]),
    figures: 2,
  };
}

/** What the measured figures come to for users, by arithmetic that stands beside it. */
function impactTable(objectives: readonly ObjectiveFact[]): Table {
  const measured = (id: string) => objectives.find((one) => one.id === id)?.value ?? null;
  const [errors, availability, satisfaction, p95] = ['error-rate', 'availability', 'satisfaction', 'response-p95'].map(
    measured,
  );
  const rows: string[][] = [];
  if (errors !== null && errors !== undefined)
    rows.push([
      'Of a million requests, that fail',
      String(Math.round(errors * 10_000)),
      `error rate ${percent(errors)}`,
    ]);
  if (availability !== null && availability !== undefined)
    rows.push([
      'In a month, not answered',
      duration(((100 - availability) / 100) * monthMinutes * 60_000),
      `availability ${availability.toFixed(3)} %, of 30 days`,
    ]);
  if (p95 !== null && p95 !== undefined)
    rows.push(['Of a hundred requests, five take longer than', duration(p95), 'p95 response time']);
  if (satisfaction !== null && satisfaction !== undefined)
    rows.push(['Users rate it', `${satisfaction.toFixed(1)} of 5`, 'answers of the acceptance']);
  for (const { title, value, reason, id } of objectives.filter((one) => one.id.startsWith('journey')))
    if (value !== null) rows.push([title, percent(value), reason || id]);
  return { title: 'What it means for users', head: ['What', 'Measured', 'From'], rows, figures: 0 };
}
