import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { durationText } from '../../promql/duration.ts';
import { seriesText } from '../../promql/series-text.ts';
import type { ParsedRule } from '../../rules/parsed.ts';
import { ruleFileText } from '../../rules/promtool/rule-file-text.ts';
import { type RunOptions, type TestGroup, testWritten } from '../../rules/promtool/run.ts';
import { candidateValues, randomOf, rounded, simplestBetween } from './numbers.ts';
import { valuesText } from './values-text.ts';
import type { Assignment, World } from './world.ts';

/** Two values of an axis, as near to each other as people write numbers: with one the rule fires, with the other it does not. */
export interface Border {
  readonly axis: number;
  readonly quiet: number | null;
  readonly fires: number | null;
}

export interface Found {
  /** Values with which it fires. */
  readonly fires: Assignment;
  readonly quiet: Assignment | null;
  readonly borders: readonly Border[];
}

type Answer = 'fires' | 'quiet' | 'error';

/** Looks for values that make a rule fire, and for those at which it just does not; promtool says which do. */
export async function search(parsed: ParsedRule, world: World, options: RunOptions): Promise<Found | null> {
  const asker = new Asker(parsed, world, options);
  await asker.prepare();
  const random = randomOf(1);
  const candidates = world.axes.map((_, axis) => candidatesOf(world, axis));
  let fires: Assignment | null = null;
  let quiet: Assignment | null = null;
  for (const tries of [40, 120, 240]) {
    const some = Array.from({ length: tries }, (_, index) => drawn(candidates, random, index));
    const answers = await asker.ask(some);
    const firing = some.filter((_, index) => answers[index] === 'fires');
    // Of series that are all there more can be varied.
    fires ??= firing.sort((one, other) => absentIn(one) - absentIn(other))[0] ?? null;
    quiet ??= some.find((_, index) => answers[index] === 'quiet') ?? null;
    if (fires !== null) break;
  }
  if (fires === null) return null;
  return { fires, quiet, borders: await bordersOf(fires, candidates, asker) };
}

function absentIn(one: Assignment): number {
  return one.filter((value) => value === null).length;
}

function candidatesOf({ axes, constants, stepMs, back }: World, axis: number): number[] {
  const seconds = stepMs / 1000;
  switch (axes[axis]?.shape) {
    case 'counter':
      return candidateValues(constants, [seconds, 1 / Math.max(1, back), 60]).filter((one) => one >= 0);
    case 'slope':
      return candidateValues(constants, [seconds, 1 / Math.max(1, back), -seconds]);
    case 'stairs':
      return [0, 1, 0.5, 0.2, 0.1, 0.05, -1, -0.5, -0.2, -0.1];
    default:
      return candidateValues(constants, [1 / 100, 1.1, 0.9]);
  }
}

function drawn(candidates: readonly (readonly number[])[], random: () => number, index: number): (number | null)[] {
  // The first ones are all alike, as simple rules need no more.
  return candidates.map((some) => {
    if (index < 8) return some[index] ?? 0;
    if (random() < 0.12) return null;
    if (random() < 0.25) return random() < 0.5 ? 0 : 1;
    return some[Math.floor(random() * some.length)] ?? 0;
  });
}

const probesPerAxis = 13;

async function bordersOf(
  fires: Assignment,
  candidates: readonly (readonly number[])[],
  asker: Asker,
): Promise<Border[]> {
  const probes = candidates.flatMap((some, axis): [number, number | null][] => {
    const own = fires[axis] ?? null;
    const near = own === null ? [] : [own * 2, own / 2, own * 10, own / 10, own + 1, own - 1, -own].map(rounded);
    const values = [null, ...new Set([...near, ...spread(some, probesPerAxis)])].filter((value) => value !== own);
    return values.map((value) => [axis, value]);
  });
  const at = (axis: number, value: number | null) => fires.map((own, index) => (index === axis ? value : own));
  const answers = await asker.ask(probes.map(([axis, value]) => at(axis, value)));
  const open: { axis: number; quiet: number; fires: number }[] = [];
  const borders: Border[] = [];
  candidates.forEach((_, axis) => {
    const own = fires[axis] ?? null;
    const quiet = probes.flatMap(([of, value], index) => (of === axis && answers[index] === 'quiet' ? [value] : []));
    const firing = probes.flatMap(([of, value], index) => (of === axis && answers[index] === 'fires' ? [value] : []));
    const numbers = [...firing, own].filter((value) => value !== null);
    if (own === null) {
      const there = quiet.find((value) => value !== null);
      if (there !== undefined) borders.push({ axis, quiet: there, fires: null });
    } else if (quiet.includes(null)) borders.push({ axis, quiet: null, fires: own });
    for (const side of [-1, 1]) {
      const stops = quiet.filter((value) => value !== null).sort((one, other) => one - other);
      // The nearest pair on each side, wherever on the axis it lies.
      const pair = pairOn(side, stops, numbers);
      if (pair !== null) open.push({ axis, ...pair });
    }
  });
  for (let round = 0; round < 3; round++) await narrow(open, at, asker);
  return [...(await rest(open, at, asker)), ...borders];
}

function spread(values: readonly number[], count: number): number[] {
  const sorted = [...values].sort((one, other) => one - other);
  if (sorted.length <= count) return sorted;
  return Array.from(
    { length: count },
    (_, index) => sorted[Math.round((index * (sorted.length - 1)) / (count - 1))] ?? 0,
  );
}

function pairOn(
  side: number,
  quiet: readonly number[],
  firing: readonly number[],
): { quiet: number; fires: number } | null {
  let best: { quiet: number; fires: number } | null = null;
  for (const one of firing) {
    for (const stop of quiet) {
      if (Math.sign(stop - one) !== side) continue;
      if (best === null || Math.abs(stop - one) < Math.abs(best.quiet - best.fires)) best = { quiet: stop, fires: one };
    }
  }
  return best;
}

type At = (axis: number, value: number | null) => Assignment;
const cuts = 8;

async function narrow(open: { axis: number; quiet: number; fires: number }[], at: At, asker: Asker): Promise<void> {
  const inner = (one: { quiet: number; fires: number }, cut: number) =>
    one.quiet + ((one.fires - one.quiet) * cut) / cuts;
  const questions = open.flatMap((one) =>
    Array.from({ length: cuts - 1 }, (_, cut) => at(one.axis, inner(one, cut + 1))),
  );
  const answers = await asker.ask(questions);
  open.forEach((one, index) => {
    const first = answers.slice(index * (cuts - 1), (index + 1) * (cuts - 1)).indexOf('fires');
    const { quiet, fires } = one;
    if (first < 0) one.quiet = inner({ quiet, fires }, cuts - 1);
    else {
      one.fires = inner({ quiet, fires }, first + 1);
      one.quiet = inner({ quiet, fires }, first);
    }
  });
}

/** The simplest number between both is tried: it is the threshold, if people wrote it. */
async function rest(
  open: readonly { axis: number; quiet: number; fires: number }[],
  at: At,
  asker: Asker,
): Promise<Border[]> {
  const simple = open.map(({ quiet, fires }) => simplestBetween(quiet, fires));
  const answers = await asker.ask(open.map(({ axis }, index) => at(axis, simple[index] ?? 0)));
  const exact = open.map((one, index) => {
    const value = simple[index] ?? one.quiet;
    return answers[index] === 'fires' ? { ...one, fires: value } : { ...one, quiet: value };
  });
  return exact.map(({ axis, quiet, fires }) => ({
    axis,
    quiet,
    fires: simplestBetween(quiet + (fires - quiet) / 2, fires),
  }));
}

/** Asks promtool about many assignments at once. */
class Asker {
  private readonly parsed: ParsedRule;
  private readonly world: World;
  private readonly options: RunOptions;
  private readonly ruleFile = 'search.rules.yml';

  constructor(parsed: ParsedRule, world: World, options: RunOptions) {
    this.parsed = parsed;
    this.world = world;
    this.options = options;
  }

  async prepare(): Promise<void> {
    const rules = this.world.records.map(({ rule }) => rule);
    if (rules.length > 0)
      await writeFile(
        join(this.options.folder, this.ruleFile),
        ruleFileText([{ name: 'records', intervalMs: null, rules }]),
      );
  }

  async ask(assignments: readonly Assignment[]): Promise<Answer[]> {
    if (assignments.length === 0) return [];
    const { stepMs, records } = this.world;
    const outcome = await testWritten(
      'search.test.json',
      {
        rule_files: records.length > 0 ? [this.ruleFile] : [],
        evaluation_interval: durationText(stepMs),
        tests: assignments.map((one, id) => this.group(one, id)),
      },
      this.options,
    );
    const answers = new Map<number, Answer>();
    for (const [, id, got] of outcome.output.matchAll(
      /\* 0 \+ (\d+)", time: [^\n]*\n\s*exp:[^\n]*\n\s*got: ?([^\n]*)/g,
    ))
      answers.set(Number(id), got?.trim() === 'nil' ? 'quiet' : 'fires');
    return assignments.map((_, id) => answers.get(id) ?? 'error');
  }

  private group(at: Assignment, id: number): TestGroup {
    const { stepMs, back, series } = this.world;
    const steps = back + 3;
    return {
      interval: durationText(stepMs),
      input_series: series
        .filter(({ kind }) => kind === 'real')
        .flatMap((one) => {
          const values = valuesText(one, [{ steps, at }]);
          return values === null ? [] : [{ series: seriesText(one), values }];
        }),
      promql_expr_test: [
        {
          expr: `(${this.parsed.rule.expr.trim()}\n) * 0 + ${id}`,
          eval_time: durationText((steps - 1) * stepMs),
          exp_samples: [{ labels: '{none="such"}', value: 1 }],
        },
      ],
    };
  }
}
