import { z } from 'zod';
import { list } from '../../gate/words.ts';
import { candidateRuns } from '../candidate-runs.ts';
import { type Check, check, type Judged } from '../part.ts';
import { policyWaivers } from '../policy-waivers.ts';
import { type ValidationContext, validationWork } from '../validation.ts';
import { type Facts, factsOf, type ObjectiveFact } from './facts.ts';
import { ownRun } from './own-run.ts';
import { levelOf, type Risk, risksOf, scoreOf } from './risk-rules.ts';
import { sources } from './sources.ts';

const figure = z.number().refine(Number.isFinite, 'is no number');
const evidence = z.object({
  kind: z.literal('inputs'),
  atMost: z.int(),
  headroom: z.object({ percent: figure, of: z.string() }).nullable(),
  rollbackMs: figure.nullable(),
  isRollbackShown: z.boolean(),
  waived: z.array(z.string()),
  untested: z.array(z.string()),
  changes: figure.nullable(),
  missed: z.int().min(0),
  availability: z.object({ percent: figure, target: figure }).nullable(),
});
export type RiskEvidence = z.output<typeof evidence>;

/** The risks of this deployment, each made from what was measured by a rule that stands beside it. */
export const risk = validationWork<RiskEvidence>({
  evidence,
  async run(context) {
    const facts = await factsOf(context);
    const { runs } = await candidateRuns(context);
    const own = runs.filter(({ sameBy, isElsewhere }) => sameBy !== null && !isElsewhere);
    const missed = own.filter(({ results }) =>
      sources.some(
        ({ gate, isOwn }) =>
          isOwn(results) && results.gates.some(({ id, verdict }) => id === gate && verdict === 'fail'),
      ),
    ).length;
    context.record({
      kind: 'inputs',
      atMost: context.config.policy?.risk.atMost ?? 15,
      headroom: headroomOf(facts.objectives),
      ...rollbackOf(facts),
      waived: (await policyWaivers(context)).waivers
        .filter(({ why }) => why === null)
        .map(({ objective }) => objective),
      untested: facts.sources
        .filter(({ verdict, doubt }) => verdict === 'not run' || verdict === 'inconclusive' || doubt !== '')
        .map(({ title }) => title),
      changes: await changesOf(context),
      missed,
      availability: availabilityOf(facts.objectives),
    });
  },
  judge: (pieces) => judgeRisk(pieces.map(({ data }) => data).at(-1)),
});

/** The table, and whether all of it is known and none is more than the policy allows. */
export function judgeRisk(inputs: RiskEvidence | undefined): Judged {
  const title = 'The risks are known';
  if (inputs === undefined)
    return { checks: [check('known', title, 'inconclusive', 'None was looked for.')], figures: [] };
  const risks = risksOf(inputs);
  const unknown = risks.filter(({ likelihood }) => likelihood === null);
  const highest = highestOf(risks);
  const score = scoreOf(highest) ?? 0;
  return {
    checks: [
      unknown.length === 0
        ? check('known', title, 'pass', `All ${risks.length} were made from measured figures.`)
        : check(
            'known',
            title,
            'inconclusive',
            `Not known: ${list(unknown.map(({ title: of, measured }) => `${of.toLowerCase()} (${measured})`))}.`,
          ),
      highestCheck(highest, score, inputs.atMost),
    ],
    figures: [
      { name: 'Highest risk', value: `${score} of 25, ${levelOf(score)}: ${highest.title}` },
      { name: 'Not known', value: String(unknown.length) },
    ],
    tables: [
      {
        title: 'Risks',
        head: ['Risk', 'Measured', 'Rule', 'Likelihood', 'Impact', 'Score'],
        rows: [...risks]
          .sort((a, b) => (scoreOf(b) ?? 26) - (scoreOf(a) ?? 26))
          .map(({ title: of, measured, rule, likelihood, impact, ...one }) => [
            ...[of, measured, rule, likelihood === null ? 'not known' : String(likelihood), String(impact)],
            String(scoreOf({ likelihood, impact, ...one }) ?? 'not known'),
          ]),
        figures: 3,
      },
    ],
  };
}

/** Of equal ones, one that was measured goes before what was not tested. */
function highestOf(risks: readonly Risk[]): Risk {
  const rank = (one: Risk) => (scoreOf(one) ?? 0) - (one.id === 'untested' ? 0.5 : 0);
  return risks.reduce((most, one) => (rank(one) > rank(most) ? one : most));
}

function highestCheck(highest: Risk, score: number, atMost: number): Check {
  const about = `${highest.title}: ${score} of 25 (${levelOf(score)}; ${highest.measured}); at most ${atMost} may be accepted.`;
  // What was not tested may be in order.
  const over = highest.id === 'untested' ? 'inconclusive' : 'fail';
  return check('highest', 'No risk is more than may be accepted', score > atMost ? over : 'pass', about);
}

/** Figures of performance that follow the load that is asked for, or the generator: their distance says nothing of what the target could bear. */
const ofLoad = ['throughput', 'steady-throughput', 'invalid-service'];

/** Of the figures that have a distance: a target of 0 has none, and that of a share which should be high is to 100 %. */
export function headroomOf(objectives: readonly ObjectiveFact[]): RiskEvidence['headroom'] {
  const all = objectives
    .filter(({ gate, id }) => (gate === 'performance' && !ofLoad.includes(id)) || id === 'capacity')
    .filter(({ key, target, value, comparison }) => key && target > 0 && value !== null && comparison !== '=')
    .map(({ title, value, target, comparison, unit }) => {
      const left = comparison.startsWith('<') ? target - (value ?? 0) : (value ?? 0) - target;
      const isShare = unit === '%' && comparison.startsWith('>') && target < 100;
      return { percent: (100 * left) / (isShare ? 100 - target : target), of: title };
    });
  return all.sort((a, b) => a.percent - b.percent)[0] ?? null;
}

function availabilityOf(objectives: readonly ObjectiveFact[]): RiskEvidence['availability'] {
  const found = objectives.find(({ id }) => id === 'availability');
  if (found === undefined || found.value === null) return null;
  return { percent: found.value, target: found.target };
}

/** What the rehearsals took to go back, as their figures say. */
function rollbackOf({ parts, sources: all, runs }: Facts): Pick<RiskEvidence, 'rollbackMs' | 'isRollbackShown'> {
  const rehearsal = all.find(({ id }) => id === 'rehearsal');
  const isSound = runs.get('rehearsal') !== undefined && rehearsal?.doubt === '' && rehearsal.verdict === 'pass';
  const times = parts
    .filter(({ id }) => id.startsWith('rehearsal.'))
    .flatMap(({ figures }) => figures.filter(({ name }) => /rollback/i.test(name)))
    .map(({ value }) => msOf(value))
    .filter((ms) => ms !== null);
  return { rollbackMs: times.length === 0 ? null : Math.max(...times), isRollbackShown: isSound };
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** Milliseconds of `1 min 2 s`; null: it is no time. */
export function msOf(text: string): number | null {
  const pieces = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|min|h)(?![a-z])/g)];
  const rest = text.replace(/(\d+(?:\.\d+)?)\s*(ms|s|min|h)(?![a-z])/g, '').trim();
  if (pieces.length === 0 || rest !== '') return null;
  return pieces.reduce((sum, [, number, unit = '']) => sum + Number(number) * (unitMs[unit] ?? Number.NaN), 0);
}

/** As the part on the candidate has counted them in this run. */
async function changesOf(context: Pick<ValidationContext, 'services' | 'runFolder'>): Promise<number | null> {
  const { own } = await ownRun(context);
  const text = own.find(({ id }) => id === 'final.candidate')?.figures.find(({ name }) => name === 'Changes')?.value;
  const count = Number(text?.replaceAll(',', '') ?? Number.NaN);
  return Number.isFinite(count) ? count : null;
}
