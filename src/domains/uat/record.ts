import type { CheckTotal, PageCheck } from '../../model/finding.ts';
import type { LookResult, LookState } from '../../model/look.ts';
import type {
  AcceptanceResult,
  CellOutcome,
  ScenarioInfo,
  ScenarioResult,
  UatAttempt,
  UatCell,
  UatEvent,
} from '../../model/uat.ts';
import { withPictures } from './observe/element-pictures.ts';

/** The lines of `uat.ndjson`, added up, before anything is judged. */
export interface UatRecord {
  scenarios: ScenarioResult[];
  attempts: UatAttempt[];
  checks: AcceptanceResult['checks'];
  looks: LookResult[];
  troubles: string[];
  /** Files of evidence that were not kept. */
  leftOut: number;
  wallMs: number;
  ended: boolean;
}

const key = (id: string, browser: string, size: string) => `${id}\u0000${browser}\u0000${size}`;

/** Folds events, of one run or of the shards of one, into scenarios and their cells; what was planned and did not come is `not run`. */
export function foldEvents(events: Iterable<UatEvent>): UatRecord {
  const infos = new Map<string, ScenarioInfo>();
  const planned = new Map<string, UatCell>();
  const order: string[] = [];
  const made: UatAttempt[] = [];
  const beside = new Map<string, Checked[]>();
  const troubles: string[] = [];
  let wallMs = 0;
  let leftOut = 0;
  let ended = false;
  for (const event of events) {
    switch (event.type) {
      case 'begin':
        for (const { scenario, browser, size } of event.planned) {
          if (!infos.has(scenario.id)) order.push(scenario.id);
          infos.set(scenario.id, scenario);
          const at = key(scenario.id, browser, size);
          if (!planned.has(at)) planned.set(at, emptyCell(browser, size));
        }
        break;
      case 'attempt':
        made.push(event.attempt);
        break;
      case 'beside':
        beside.set(event.id, event.checked);
        break;
      case 'trouble':
        if (!troubles.includes(event.message)) troubles.push(event.message);
        break;
      case 'end':
        wallMs = Math.max(wallMs, event.durationMs);
        leftOut += event.leftOut ?? 0;
        ended = true;
        break;
    }
  }
  const attempts = made.map((attempt) => withBeside(attempt, beside));
  const byCell = grouped(attempts, ({ scenario, browser, size }) => key(scenario.id, browser, size));
  for (const [at, own] of byCell) {
    const cell = planned.get(at);
    if (cell !== undefined) Object.assign(cell, cellOf(own));
  }
  const skipped = new Set([...byCell].filter(([, own]) => own.every(isChoice)).map(([at]) => at));
  const scenarios = order.toSorted().map((id): ScenarioResult => {
    const info = infos.get(id) as ScenarioInfo;
    const cells = [...planned]
      // Not meant for this browser or size: no cell.
      .filter(([at]) => at.startsWith(`${id}\u0000`) && !skipped.has(at))
      .map(([, cell]) => cell);
    return { info, cells };
  });
  return { scenarios, attempts, checks: checksOf(attempts), looks: looksOf(byCell), troubles, leftOut, wallMs, ended };
}

type Checked = Extract<UatEvent, { type: 'beside' }>['checked'][number];

/** With what was checked beside later scenarios; what never came was not done. */
function withBeside(attempt: UatAttempt, results: ReadonlyMap<string, Checked[]>): UatAttempt {
  const { beside = [], ...observation } = attempt.observation;
  if (beside.length === 0) return attempt;
  const checked = beside.flatMap(({ id, page }) => results.get(id) ?? [notDone(page)]);
  const checks = [...observation.checks, ...checked.map(({ check }) => check)];
  const found = [...observation.findings, ...checked.flatMap((each) => each.findings)];
  const findings = withPictures(
    found,
    checked.flatMap(({ pictures = [] }) => pictures),
  );
  return { ...attempt, observation: { ...observation, checks, findings } };
}

function notDone(page: string): Checked {
  const why = `${page}: the run ended before it was opened by its address`;
  return { check: { check: 'keyboard', page, tookMs: 0, count: 0, notDone: why }, findings: [] };
}

/** Skipped by the suite's own choice of sizes and browsers. Runs of earlier versions do not tell that from any other skip. */
function isChoice({ status, skip }: UatAttempt): boolean {
  return status === 'skipped' && (skip?.isChoice ?? false);
}

export function emptyCell(browser: UatCell['browser'], size: UatCell['size']): UatCell {
  return { browser, size, outcome: 'not run', attempts: 0, durationMs: 0, steps: [], error: null, evidence: [] };
}

/** The outcome of the attempts at one scenario in one browser and size. */
export function cellOf(attempts: readonly UatAttempt[]): Omit<UatCell, 'browser' | 'size'> {
  const inOrder = attempts.toSorted((a, b) => a.retry - b.retry);
  const last = inOrder.at(-1);
  const failed = inOrder.find(({ status }) => status === 'failed');
  const outcome: CellOutcome =
    last?.status === 'passed'
      ? failed === undefined
        ? 'passed'
        : 'flaky'
      : last?.status === 'failed'
        ? 'failed'
        : 'not run';
  return {
    outcome,
    attempts: attempts.length,
    durationMs: attempts.reduce((sum, each) => sum + each.durationMs, 0),
    steps: (failed ?? last)?.steps ?? [],
    error: (failed ?? last)?.error ?? null,
    ...(outcome === 'not run' ? { notRun: whyNot(last) } : {}),
    ...(last?.declaredToFail === undefined ? {} : { declaredToFail: last.declaredToFail }),
    evidence: inOrder.flatMap(({ evidence }) => evidence),
  };
}

function whyNot(last: UatAttempt | undefined): string {
  if (last?.status === 'interrupted') return 'the run ended while it was under way';
  return last?.skip?.reason ?? 'skipped, its reason is not recorded';
}

function grouped<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const own = groups.get(keyOf(one));
    if (own === undefined) groups.set(keyOf(one), [one]);
    else own.push(one);
  }
  return groups;
}

function checksOf(attempts: readonly UatAttempt[]): AcceptanceResult['checks'] {
  const all = attempts.flatMap(({ observation }) => observation.checks);
  return [...grouped(all, ({ check }) => check)].map(([check, own]) => {
    const done = own.filter(({ notDone }) => notDone === null);
    return {
      check,
      pages: new Set(done.map(({ page }) => page)).size,
      times: done.length,
      tookMs: Math.round(done.reduce((sum, { tookMs }) => sum + tookMs, 0)),
      count: done.reduce((sum, { count }) => sum + count, 0),
      leftOut: done.reduce((sum, { leftOut = 0 }) => sum + leftOut, 0),
      notDone: [...new Set(own.flatMap(({ notDone }) => notDone ?? []))],
      ...passedOf(done),
      notLookedAt: [...new Set(own.flatMap(({ notLookedAt = [] }) => notLookedAt))].sort(),
    };
  });
}

const mostPages = 40;

function passedOf(done: readonly PageCheck[]): Pick<CheckTotal, 'passed'> {
  const places = new Map<string, Set<string>>();
  for (const { rules = [], page } of done)
    for (const rule of rules) places.set(rule, (places.get(rule) ?? new Set()).add(page));
  if (places.size === 0) return {};
  const passed = [...places].map(([rule, pages]) => ({ rule, pages: [...pages].slice(0, mostPages) }));
  return { passed: passed.sort((a, b) => a.rule.localeCompare(b.rule)) };
}

const stateOrder: readonly LookState[] = ['changed', 'nothing approved', 'approved now', 'as approved'];

/** Of each cell's last try; a picture taken twice within one counts by the last. */
function looksOf(byCell: ReadonlyMap<string, readonly UatAttempt[]>): LookResult[] {
  const all = [...byCell.values()].flatMap((own) => {
    const last = own.toSorted((a, b) => a.retry - b.retry).at(-1);
    const { scenario, browser, size, observation } = last as UatAttempt;
    const looks = new Map((observation.looks ?? []).map((look) => [look.file, look]));
    return [...looks.values()].map((look): LookResult => ({ ...look, scenario: scenario.id, browser, size }));
  });
  return all.sort((a, b) => stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state) || a.file.localeCompare(b.file));
}
