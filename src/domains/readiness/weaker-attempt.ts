import { validationOf } from '../../evidence/attempt.ts';
import { list } from '../../gate/words.ts';
import type { Results } from '../../model/results.ts';
import { duration, percent } from '../../report-kit/format.ts';

/** Rates as planned differ a little from draw to draw. */
const sameRateShare = 0.95;

/** How much a try at a gate asked of the candidate. */
export interface AttemptScope {
  /** Its command line. */
  readonly command: string;
  /** Of the load; 0: it has none. */
  readonly durationMs: number;
  /** As planned, on average; null: it has no load. */
  readonly ratePerSecond: number | null;
  /** Objectives of the gate that passed or failed, and those that failed, by id. */
  readonly judged: string[];
  readonly failed: string[];
}

export function scopeOf({ run, timeline, objectives }: Results, gate: string): AttemptScope {
  const own = objectives.filter(({ objective }) => objective.gate === gate);
  const ids = (of: typeof own) => of.map(({ objective }) => objective.id);
  const rates = timeline.points.map(({ plannedRatePerSecond }) => plannedRatePerSecond);
  return {
    ...{ command: run.command, durationMs: run.plannedMs },
    ratePerSecond: rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    judged: ids(own.filter(({ verdict }) => verdict !== 'inconclusive')),
    failed: ids(own.filter(({ verdict }) => verdict === 'fail')),
  };
}

/** Options that choose a part of what there is to do; without them all of it is done. */
const choosing = ['only', 'scenario', 'tag', 'role', 'browser', 'size', 'shard', 'uat', 'chaos', 'instances'];
/** Options that leave something out. */
const leavingOut = ['skip', 'from'];

/** Why a pass says less than a failure before it did, a few words each: less was asked of the candidate, so it shows nothing of what failed. */
export function weakerBy(pass: AttemptScope, failure: AttemptScope): string[] {
  const unjudged = failure.failed.filter((id) => !pass.judged.includes(id));
  const [rate, before] = [pass.ratePerSecond, failure.ratePerSecond];
  return [
    ...(unjudged.length === 0 ? [] : [`it did not judge ${list(unjudged)}, which failed`]),
    ...(pass.durationMs >= failure.durationMs
      ? []
      : [`it took ${duration(pass.durationMs)} and not ${duration(failure.durationMs)}`]),
    ...(before === null || (rate !== null && rate >= before * sameRateShare)
      ? []
      : [rate === null ? 'it had no load' : `its load was ${percent((100 * rate) / before)} of that`]),
    ...narrowerBy(optionsOf(pass.command), optionsOf(failure.command)),
  ];
}

function narrowerBy(pass: Options, failure: Options): string[] {
  const chosen = choosing.filter((name) => {
    const [values, before] = [pass.get(name), failure.get(name)];
    if (values === undefined || values.length === 0) return false;
    // These are left out where they are not asked for: what they judge is not judged then.
    if (before === undefined && (name === 'uat' || name === 'chaos' || name === 'instances')) return false;
    return before === undefined || before.length === 0 || before.some((value) => !values.includes(value));
  });
  const leftOut = leavingOut.filter((name) =>
    (pass.get(name) ?? []).some((value) => failure.get(name)?.includes(value) !== true),
  );
  return [...chosen, ...leftOut].map((name) => `it was asked for a part only (${written(name, pass)})`);
}

type Options = ReadonlyMap<string, readonly string[]>;

const written = (name: string, options: Options) => [`--${name}`, ...(options.get(name) ?? [])].join(' ');

/** Of a command line, by name; lists are taken apart. */
function optionsOf(command: string): Options {
  const options = new Map<string, string[]>();
  let name: string | null = null;
  for (const word of command.match(/(?:'[^']*'|\\'|[^\s'\\])+/g) ?? []) {
    const [, long, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (long !== undefined) {
      name = long;
      options.set(long, [...(options.get(long) ?? []), ...(value === undefined ? [] : value.split(','))]);
    } else if (name !== null) options.get(name)?.push(...word.split(',').filter((each) => each !== ''));
  }
  return options;
}

/** Which options two tries do not share, within a sentence; empty: they were asked for in the same way, in whatever order. */
export function otherOptions(one: Pick<AttemptScope, 'command'>, other: Pick<AttemptScope, 'command'>): string {
  const [own, others] = [optionsOf(one.command), optionsOf(other.command)];
  const is = (name: string) => JSON.stringify([...(own.get(name) ?? ['none'])].sort());
  const was = (name: string) => JSON.stringify([...(others.get(name) ?? ['none'])].sort());
  const names = [...new Set([...own.keys(), ...others.keys()])].filter(
    (name) => own.has(name) !== others.has(name) || is(name) !== was(name),
  );
  const commands = [one, other].map(({ command }) => validationOf(command));
  return [
    ...(commands[0] === commands[1] ? [] : [`${commands[0]} and not ${commands[1]}`]),
    ...names.map((name) => (own.has(name) ? written(name, own) : `without --${name}`)),
  ].join(', ');
}
