import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { historyOf, keepHistory } from '../../../src/domains/uat/history.ts';
import { matrixView } from '../../../src/domains/uat/view/matrix.ts';
import type { CellOutcome, ScenarioResult } from '../../../src/model/uat.ts';

let runs: string;
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'shakedown-history-'));
});
afterEach(() => rmSync(runs, { recursive: true, force: true }));

const scenario = (...outcomes: CellOutcome[]): ScenarioResult => ({
  info: { id: 'S-1', title: 'Buys', requirement: '', role: '', priority: 'must', tags: [], file: 'a.uat.ts', line: 7 },
  cells: outcomes.map((outcome) => ({
    ...{ browser: 'chromium', size: 'desktop', outcome, attempts: 1, durationMs: 1 },
    ...{ steps: [{ title: 'Given a basket', durationMs: 1, error: null }], error: null, evidence: [] },
  })),
});

function run(id: string, text: string): string {
  mkdirSync(join(runs, id));
  writeFileSync(join(runs, id, 'results.json'), text);
  return join(runs, id);
}

const results = (id: string, name: string, ...outcomes: CellOutcome[]) =>
  JSON.stringify({
    ...{ run: { id, startedAt: `${id.slice(0, 10)}T00:00:00Z` }, candidate: { name, version: `v${id.slice(8, 10)}` } },
    sections: { uat: { acceptance: { scenarios: [scenario(...outcomes)] } } },
  });

it('knows how a scenario came out in the runs of the same product before, whatever else is there', () => {
  run('2026-11-01T0900-aaaa', results('2026-11-01T0900-aaaa', 'Shop', 'passed', 'passed'));
  run('2026-11-02T0900-aaaa', results('2026-11-02T0900-aaaa', 'Shop', 'passed', 'failed'));
  run('2026-11-03T0900-aaaa', results('2026-11-03T0900-aaaa', 'Other', 'failed'));
  run('2026-11-04T0900-aaaa', '{ cut off');
  run('2026-11-09T0900-aaaa', results('2026-11-09T0900-aaaa', 'Shop', 'failed'));
  const own = run('2026-11-05T0900-aaaa', '');
  keepHistory(own, 'Shop');
  const history = historyOf(own);
  expect(history?.runs.map(({ version, outcomes }) => [version, outcomes])).toEqual([
    ['v02', { 'S-1': 'failed' }],
    ['v01', { 'S-1': 'passed' }],
  ]);
  const row = (...outcomes: CellOutcome[]) => matrixView([scenario(...outcomes)], history, [], undefined).rows[0];
  expect(row('failed')).toMatchObject({
    news: 'Known: it did not pass in the run before either.',
    earlier: [{ state: 'pass' }, { state: 'fail' }],
    place: 'a.uat.ts:7',
    passed: false,
    steps: [],
  });
  expect(row('passed')).toMatchObject({ news: '', passed: true, steps: [{ title: 'Given a basket' }] });
});

it('tells a new failure from one that no run knows', () => {
  const own = run('2026-11-05T0900-aaaa', '');
  keepHistory(own, 'Shop');
  expect(matrixView([scenario('failed')], historyOf(own), [], undefined).rows[0]?.news).toBe('No earlier run has it.');
  run('2026-11-04T0900-aaaa', results('2026-11-04T0900-aaaa', 'Shop', 'passed'));
  keepHistory(own, 'Shop');
  const { news } = matrixView([scenario('flaky')], historyOf(own), [], undefined).rows[0] ?? {};
  expect(news).toBe('New: it passed in the run before, of v04.');
});

it('has none where nothing was kept', () => {
  expect(historyOf(runs)).toBeNull();
});
