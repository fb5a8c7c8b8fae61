import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { durationText } from '../../promql/duration.ts';
import type { Selector } from '../../promql/expression.ts';
import { selectorsOf } from '../../promql/questions.ts';
import { satisfies } from '../../promql/satisfy.ts';
import { leavesOf } from '../leaves.ts';
import type { Rule } from '../model.ts';
import type { Known } from '../parsed.ts';
import { gotSamples } from '../promtool/output.ts';
import { ruleFileText } from '../promtool/rule-file-text.ts';
import { type RunOptions, type TestFile, type TestGroup, testMany } from '../promtool/run.ts';
import { caseGroup, healthySeries, type Series, stepMs } from './series.ts';
import { anyJob, jobsOf, targetOf } from './targets.ts';
import { type Watcher, watcherLabel, watchOf } from './watchers.ts';

/** What takes the series of a rule away: its target stops answering, or is not known any more, or its metric is not there any more. */
export const absences = ['scrape', 'target', 'metric'] as const;
export type Absence = (typeof absences)[number];

export interface Blindness {
  readonly rule: Rule;
  /** The job whose target it was, the worst seen where there are several; null: the rule names none, and any may stand for it. */
  readonly job: string | null;
  /** Names of the alerts that fire instead, for each way in which its series can go. */
  readonly seenBy: Readonly<Record<Absence, readonly string[]>>;
}

const casesAtMost = 1500;

/**
 * Takes the series of each alert away, in each way in which they can go, and has promtool say which alerts fire then and do not fire before. An alert on
 * `up` counts only where its matchers accept the target that is gone.
 * @returns what was found, and how many alerts were too much to try
 */
export async function findBlindSpots(
  known: Known,
  options: RunOptions,
): Promise<{ spots: Blindness[]; leftOut: number }> {
  const alerts = known.rules.filter(
    ({ rule, expression }) => rule.kind === 'alert' && selectorsOf(expression).length > 0,
  );
  const watch = watchOf(known);
  const watched = watch.watchers.flatMap(({ leaves }) => leaves);
  const metrics = new Set([...watched.map(({ metric }) => metric), 'up']);
  const all = alerts.map((one) => {
    const leaves = leavesOf(one, known);
    return { rule: one.rule, leaves, jobs: jobsOf(leaves, watched) };
  });
  const jobs = new Set([anyJob, ...all.flatMap((one) => one.jobs), ...watched.flatMap((leaf) => jobsOf([leaf], []))]);
  const series = healthySeries(watched, jobs, known);
  const cases = new Cases(series, watch.watchers);
  const healthy = cases.add(() => 'there');
  const planned = all.map(({ rule, leaves, jobs: own }) => {
    const gone = new Set(leaves.map(({ metric }) => metric ?? ''));
    gone.delete('up');
    const isWatched = [...gone].some((name) => metrics.has(name));
    return {
      ...{ rule, leaves },
      isOfUp: gone.size === 0,
      metric: isWatched ? cases.add((one) => (gone.has(one.metric) ? 'gone' : 'there')) : healthy,
      targets: own.map((job) => {
        const isOf = (one: Series) => one.labels.job === job;
        return {
          job,
          scrape: cases.add((one) => (!isOf(one) ? 'there' : one.metric === 'up' ? 'zero' : 'gone')),
          target: cases.add((one) => (isOf(one) ? 'gone' : 'there')),
        };
      }),
    };
  });
  const fired = watch.watchers.length === 0 ? cases.nothing() : await ask(cases, watch.backMs, options);
  const always = fired.get(healthy) ?? new Set<number>();
  const spots: Blindness[] = [];
  let leftOut = 0;
  for (const { rule, leaves, isOfUp, metric, targets } of planned) {
    const keys = [metric, ...targets.flatMap(({ scrape, target }) => [scrape, target])];
    if (!keys.every((key) => fired.has(key))) {
      leftOut++;
      continue;
    }
    const names = (key: number, counts: (leaves: readonly Selector[]) => boolean) => {
      const seen = [...(fired.get(key) ?? [])].flatMap((id) => {
        const watcher = watch.watchers[id];
        return always.has(id) || watcher === undefined || !counts(watcher.leaves) ? [] : [watcher.rule.name];
      });
      return [...new Set(seen)].sort();
    };
    const found = targets.map(({ job, scrape, target }) => {
      const labels = targetOf(job, leaves);
      const counts = (of: readonly Selector[]) =>
        of.some((leaf) => satisfies(labels, leaf.metric === 'up' ? leaf.matchers : jobMatchers(leaf)));
      return { job, scrape: names(scrape, counts), target: names(target, counts) };
    });
    // Whoever is not seen to be gone is what a person has to know of.
    const gaps = (one: (typeof found)[number]) => Number(one.scrape.length === 0) + Number(one.target.length === 0);
    const [worst] = found.toSorted((one, other) => gaps(other) - gaps(one));
    spots.push({
      rule,
      job: worst === undefined || worst.job === anyJob ? null : worst.job,
      seenBy: {
        scrape: worst?.scrape ?? [],
        target: worst?.target ?? [],
        // An alert that is of `up` alone is what is to see it.
        metric: isOfUp ? [rule.name] : names(metric, () => true),
      },
    });
  }
  return { spots, leftOut };
}

function jobMatchers({ matchers }: Selector) {
  return matchers.filter(({ label }) => label === 'job');
}

type State = 'there' | 'gone' | 'zero';

/** What can be gone, each once: cases in which the same series go have the same number. */
class Cases {
  private readonly byStates = new Map<string, number>();
  readonly all: (readonly State[])[] = [];
  readonly series: readonly Series[];
  private readonly watchers: readonly Watcher[];
  /** Of each series the watchers that select it, by their numbers. */
  private readonly selectedBy: readonly (readonly number[])[];

  constructor(series: readonly Series[], watchers: readonly Watcher[]) {
    this.series = series;
    this.watchers = watchers;
    this.selectedBy = series.map((one) => watchers.flatMap(({ leaves }, id) => (selects(leaves, one) ? [id] : [])));
  }

  add(state: (one: Series) => State): number {
    const states = this.series.map(state);
    const key = states.join('');
    const known = this.byStates.get(key);
    if (known !== undefined) return known;
    const id = this.all.push(states) - 1;
    this.byStates.set(key, id);
    return id;
  }

  nothing(): Map<number, Set<number>> {
    return new Map(this.all.map((_, id) => [id, new Set()]));
  }

  /** Watchers that can make a difference in a case, and the series that they select; the first case, in which all is well, is for all of them. */
  whoSees(id: number): { watchers: Watcher[]; series: number[] } {
    const states = this.all[id] ?? [];
    const numbers = new Set(
      id === 0
        ? this.watchers.keys()
        : states.flatMap((state, at) => (state === 'there' ? [] : (this.selectedBy[at] ?? []))),
    );
    return {
      watchers: this.watchers.filter((_, number) => numbers.has(number)),
      series: [...this.series.keys()].filter((at) => this.selectedBy[at]?.some((number) => numbers.has(number))),
    };
  }
}

function selects(leaves: readonly Selector[], { metric, labels }: Series): boolean {
  return leaves.some((leaf) => (leaf.metric === null || leaf.metric === metric) && satisfies(labels, leaf.matchers));
}

/** Which watchers fire in each case, by their numbers; cases that promtool could not evaluate are not there. */
async function ask(cases: Cases, backMs: number, options: RunOptions): Promise<Map<number, Set<number>>> {
  const back = Math.ceil(backMs / stepMs);
  const fired = new Map<number, Set<number>>();
  const files: string[][] = [[], []];
  for (const [id, states] of [...cases.all.entries()].slice(0, casesAtMost)) {
    const { watchers, series } = cases.whoSees(id);
    if (watchers.length === 0) fired.set(id, new Set());
    else {
      const seen = series.flatMap((at) => cases.series[at] ?? []);
      const test = caseGroup(id, seen, (at) => states[series[at] ?? -1] ?? 'there', back, watcherLabel);
      files[id % 2]?.push(await written(id, test, watchers, options));
    }
  }
  // Two processes, for two cores.
  await Promise.all(
    files.map(async (some) => {
      for (const { expr, samples } of gotSamples(some.length === 0 ? '' : (await testMany(some, options)).output)) {
        const id = Number(/\* 0 \+ (\d+)/.exec(expr)?.[1] ?? -1);
        if (id >= 0) fired.set(id, new Set(samples.map(({ labels }) => Number(labels[watcherLabel] ?? -1))));
      }
    }),
  );
  return fired;
}

/** The file of a case's test, beside its rules. */
async function written(
  id: number,
  test: TestGroup,
  watchers: readonly Watcher[],
  { folder }: RunOptions,
): Promise<string> {
  const rules = [...new Set(watchers.flatMap((one) => one.rules))];
  const ruleFile = `blind-spots-${id}.rules.yml`;
  await writeFile(join(folder, ruleFile), ruleFileText([{ name: 'all', intervalMs: null, rules }]));
  const file = join(folder, `blind-spots-${id}.test.json`);
  const document: TestFile = { rule_files: [ruleFile], evaluation_interval: durationText(stepMs), tests: [test] };
  await writeFile(file, JSON.stringify(document));
  return file;
}
