import { grouped } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import type { Judged, Table } from '../../part.ts';
import type { Of } from './evidence.ts';

export interface Shown {
  source: Of<'source'>;
  steps: readonly Of<'step'>[];
  loads: readonly Of<'load'>[];
  statements: readonly Of<'statement'>[];
  found: Of<'static'> | undefined;
  touched: Of<'tables'> | undefined;
}

const findingsAtMost = 30;

/** For the first lines of the report. */
export function figures({ source, steps, loads, touched }: Shown): Judged['figures'] {
  const during = loads.filter(({ step }) => step !== null);
  const worst = Math.max(0, ...during.map(({ users, statements }) => (users ?? statements).worstMs));
  const wait = Math.max(0, ...during.map(({ lockWaitMs }) => lockWaitMs));
  const under = steps.filter(({ cycle, direction }) => cycle === 'load' && direction === 'up');
  const inProduction = production(source, steps, touched).reduce((sum, { ms }) => sum + ms, 0);
  return [
    { name: 'Database', value: source.database },
    { name: 'Migration', value: source.from },
    ...(touched === undefined
      ? []
      : [{ name: 'Rows', value: touched.tables.map(({ name, rows }) => `${name} ${grouped(rows)}`).join(', ') }]),
    ...(during.length === 0
      ? []
      : [
          { name: 'Worst request', value: `${duration(worst)}, ${duration(source.worstMs)} allowed` },
          { name: 'Longest wait for a lock', value: wait === 0 ? 'none seen' : duration(wait) },
          { name: 'Forwards under load', value: duration(under.reduce((sum, { tookMs }) => sum + tookMs, 0)) },
        ]),
    ...(inProduction === 0 ? [] : [{ name: 'Forwards in production, about', value: duration(inProduction) }]),
  ];
}

/** Each step, each statement, each finding. */
export function tables(shown: Shown): Table[] {
  const { source, steps, loads, statements, found } = shown;
  const times = production(source, steps, shown.touched);
  const at = (name: string, cycle: string, direction: string) =>
    steps.find((one) => one.step === name && one.cycle === cycle && one.direction === direction);
  const took = (one: Of<'step'> | undefined) =>
    one === undefined ? '–' : one.error === null ? duration(one.tookMs) : 'failed';
  const perStep = source.steps.map(({ name, isContract, isBatched }) => {
    const load = loads.filter(({ step }) => step === name);
    const worst = (pick: (one: Of<'load'>) => number) =>
      load.length === 0 ? '–' : duration(Math.max(...load.map(pick)));
    const under = at(name, 'load', 'up');
    return [
      name,
      isContract ? 'contract' : isBatched ? 'batches' : '',
      took(at(name, 'quiet', 'up')),
      took(under),
      took(at(name, 'load', 'down')),
      String((under?.retries ?? 0) + (at(name, 'load', 'down')?.retries ?? 0)),
      worst(({ users, statements: own }) => (users ?? own).worstMs),
      worst(({ lockWaitMs }) => lockWaitMs),
      [...new Set(load.flatMap(({ locks }) => locks))].filter((lock) => !lock.includes('waiting')).join(', ') || '–',
      ...(times.length === 0 ? [] : [duration(times.find((one) => one.name === name)?.ms ?? 0)]),
    ];
  });
  const cell = (error: string | null) => error ?? 'works';
  const head = [
    'Step',
    '',
    'Alone',
    'Under load',
    'Back under load',
    'Lock asked for again',
    'Worst request',
    'Longest wait for a lock',
    'Locks seen',
  ];
  return [
    {
      title: 'Steps',
      head: [...head, ...(times.length === 0 ? [] : [`With ${grouped(source.productionRows ?? 0)} rows`])],
      rows: perStep,
      figures: 0,
    },
    {
      title: 'Old and new code on each schema',
      head: ['Code', 'Schema after', 'Statement', 'New connection', 'Connection from before'],
      rows: statements.map(({ code, after, statement, fresh, pooled }) => [
        code,
        after ?? 'no step',
        statement.slice(0, 120),
        cell(fresh),
        after === null ? '–' : cell(pooled),
      ]),
      figures: 0,
    },
    {
      title: 'Found in the SQL',
      head: ['Step', 'Rule', 'It', 'By'],
      rows: (found?.findings ?? [])
        .slice(0, findingsAtMost)
        .map(({ step, rule, says, by }) => [step, rule, says, by === 'own' ? 'Shakedown' : 'squawk']),
      figures: 0,
    },
  ];
}

/** A step that reads or writes all rows takes as much longer as there are more of them; a step that took no longer than this does not. */
const fixedMs = 50;

function production(
  { productionRows, steps }: Of<'source'>,
  done: readonly Of<'step'>[],
  touched: Of<'tables'> | undefined,
): { name: string; ms: number }[] {
  const rows = Math.max(0, ...(touched?.tables ?? []).map((table) => table.rows));
  if (productionRows === null || rows === 0) return [];
  return steps.map(({ name }) => {
    const one =
      done.find(({ step, cycle, direction }) => step === name && cycle === 'load' && direction === 'up') ??
      done.find(({ step, cycle, direction }) => step === name && cycle === 'quiet' && direction === 'up');
    const ms = one?.tookMs ?? 0;
    return { name, ms: ms <= fixedMs ? ms : (ms * productionRows) / rows };
  });
}
