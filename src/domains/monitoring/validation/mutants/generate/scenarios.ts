import { durationText } from '../../promql/duration.ts';
import { seriesText } from '../../promql/series-text.ts';
import type { TestGroup } from '../../rules/promtool/run.ts';
import type { Border, Found } from './search.ts';
import { type Phase, valuesText } from './values-text.ts';
import type { Assignment, Series, World } from './world.ts';

/** A course of events: quiet, then what makes the rule fire, then quiet again. */
export interface Scenario {
  /** For the comment above it. */
  readonly about: string;
  readonly series: TestGroup['input_series'];
  readonly steps: number;
  /** At which steps one stretch ends and the next begins. */
  readonly turns: readonly number[];
}

const bordersAtMost = 8;

/** One for each border that was found, and with what else is there: other instances, and series that the matchers refuse. */
export function scenariosOf(world: World, found: Found, forMs: number): Scenario[] {
  const borders = found.borders.slice(0, bordersAtMost);
  const at = ({ axis }: Border, value: number | null) =>
    found.fires.map((own, index) => (index === axis ? value : own));
  const pairs: { about: string; quiet: Assignment; fires: Assignment }[] = borders.map((border) => ({
    about: `axis ${border.axis + 1} from ${border.quiet ?? 'nothing'} to ${border.fires ?? 'nothing'}`,
    quiet: at(border, border.quiet),
    fires: at(border, border.fires),
  }));
  if (pairs.length === 0 && found.quiet !== null)
    pairs.push({ about: 'everything at once', quiet: found.quiet, fires: found.fires });
  if (pairs.length === 0) pairs.push({ about: 'it fires always', quiet: found.fires, fires: found.fires });
  const [main] = pairs;
  const real = world.series.filter(({ kind }) => kind === 'real');
  const others = world.series.filter(({ kind }) => kind === 'other');
  const decoys = world.series.filter(({ kind }) => kind === 'decoy');
  const course = new Course(world, forMs);
  const scenarios = pairs.map(({ about, quiet, fires }) => course.of(about, [[real, quiet, fires]]));
  if (main !== undefined && others.length > 0)
    scenarios.push(
      course.of('with other instances that stay quiet', [
        [real, main.quiet, main.fires],
        [others, main.quiet, main.quiet],
      ]),
    );
  for (const { quiet, fires, about } of decoys.length > 0 ? pairs.slice(0, 3) : []) {
    // What the matchers refuse has the values with which the rule fires, all the time; then those with which it does not.
    const loud = fires.map((value, axis) => value ?? quiet[axis] ?? 1);
    const low = quiet.map((value, axis) => value ?? fires[axis] ?? 1);
    for (const at of JSON.stringify(loud) === JSON.stringify(low) ? [loud] : [loud, low])
      scenarios.push(
        course.of(`with series that no matcher accepts; ${about}`, [
          [real, quiet, fires],
          [decoys, at, at],
        ]),
      );
  }
  return scenarios;
}

type Cast = readonly (readonly [series: readonly Series[], quiet: Assignment, fires: Assignment])[];

class Course {
  private readonly stepMs: number;
  private readonly lengths: readonly [number, number, number];

  constructor({ back, stepMs }: World, forMs: number) {
    const wait = Math.ceil(forMs / stepMs);
    this.stepMs = stepMs;
    this.lengths = [back + 3, back + wait + 5, back + 4];
  }

  of(about: string, cast: Cast): Scenario {
    const [before, during, after] = this.lengths;
    const series = cast.flatMap(([all, quiet, fires]) => {
      const phases: Phase[] = [
        { steps: before, at: quiet },
        { steps: during, at: fires },
        { steps: after, at: quiet },
      ];
      return all.flatMap((one) => {
        const values = valuesText(one, phases);
        return values === null ? [] : [{ series: seriesText(one), values }];
      });
    });
    return { about, series, steps: before + during + after - 1, turns: [before - 1, before + during - 1] };
  }

  get interval(): string {
    return durationText(this.stepMs);
  }
}
