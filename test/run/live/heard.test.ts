import pc from 'picocolors';
import { expect, test } from 'vitest';
import { blockLines } from '../../../src/cli/view/block.ts';
import { follow, startProgress } from '../../../src/cli/view/progress.ts';
import type { FaultRecord } from '../../../src/model/chaos.ts';
import type { JournalData } from '../../../src/model/event.ts';
import { exposition } from '../../../src/run/live/exposition.ts';
import { heard } from '../../../src/run/live/heard.ts';
import { liveMessage } from '../../../src/run/live/message.ts';
import { runMetrics } from '../../../src/run/live/metrics.ts';
import { dashboardPage } from '../../../src/run/live/page.ts';
import { Panels } from '../../../src/run/live/panels.ts';
import { LiveState } from '../../../src/run/live/state.ts';
import type { ProgressEvent } from '../../../src/run/progress.ts';
import { newState } from './course.ts';

const fault: FaultRecord = {
  ...{
    id: 'f1',
    experiment: 'e',
    fault: 'latency',
    title: 'Latency',
    layer: 'network',
    component: 'db',
    arguments: {},
  },
  ...{ touches: [], announcedMs: 900, injectedMs: null, revertedMs: null, revertedBy: null, proof: null, error: null },
};

/** A journal that is heard by the panels of the table, or of another. */
async function listening(table?: Parameters<typeof Panels.open>[1]) {
  const written: string[] = [];
  const events: ProgressEvent[] = [];
  const show = (event: ProgressEvent) => void events.push(event);
  const panels = await Panels.open(show, table);
  const raw = { lost: 0, append: (type: JournalData['type']) => void written.push(type), close: () => {} };
  return { journal: heard(raw, panels, show), panels, written, events };
}

const marksOf = (events: ProgressEvent[]) => events.flatMap((event) => (event.kind === 'mark' ? [event.band] : []));
const figuresOf = (events: ProgressEvent[], id: string) =>
  events.flatMap((event) => (event.kind === 'panel' && event.panel.id === id ? event.panel.figures : [])).at(-1);

test('a fault is shown when it begins, and as long as it was on when it is gone', async () => {
  const { journal, events } = await listening();
  journal.append('shakedown.fault.announced', { fault });
  journal.append('shakedown.fault.injected', { id: 'f1', atMs: 1000 });
  journal.append('shakedown.fault.ended', { id: 'f1', atMs: 5000, by: 'rollback', error: null });
  journal.append('shakedown.fault.announced', { fault: { ...fault, id: 'f2' } });
  journal.append('shakedown.fault.ended', { id: 'f2', atMs: 6000, by: null, error: 'no rights' });
  expect(marksOf(events)).toEqual([
    { lane: 'faults', startMs: 1000, endMs: 1000, label: 'Latency, db: begins', state: 'info' },
    { lane: 'faults', startMs: 1000, endMs: 5000, label: 'Latency, db', state: 'info' },
    { lane: 'faults', startMs: 6000, endMs: 6000, label: 'Latency, db: no rights', state: 'inconclusive' },
  ]);
});

test('the journal is heard: health, marks, alerts and restarts of the generator', async () => {
  const { journal, events, written } = await listening();
  const alert = { name: 'LatencyHigh', severity: null, detail: '' };
  journal.append('shakedown.health.checked', { atMs: 1, up: false, detail: 'status 503' });
  journal.append('shakedown.marked', { atMs: 2, lane: 'faults', label: 'database +80 ms' });
  journal.append('shakedown.alert.changed', { ...alert, atMs: 3, state: 'pending' });
  journal.append('shakedown.alert.changed', { ...alert, atMs: 4, state: 'firing' });
  journal.append('shakedown.generator.started', { atMs: 0, shard: 0, reason: 'start', pid: 1, detail: null });
  journal.append('shakedown.generator.started', { atMs: 5, shard: 1, reason: 'replacement', pid: 2, detail: 'killed' });
  journal.append('shakedown.warning', { message: 'shown by an event of its own' });
  expect(written).toHaveLength(7);
  expect(marksOf(events).map(({ label }) => label)).toEqual([
    'database +80 ms',
    'LatencyHigh firing',
    'generator 2: replacement, killed',
  ]);
  expect(figuresOf(events, 'monitoring')).toMatchObject({ name: 'Target', value: 'down, status 503', state: 'fail' });
  const [first] = events;
  expect(first).toMatchObject({
    kind: 'panel',
    panel: { id: 'monitoring', alarm: 'The target does not answer its health check: status 503' },
  });
});

test('scenarios are counted as they end, one that is tried again not before its last word', async () => {
  const { journal, panels, events } = await listening();
  expect(panels.views().find(({ id }) => id === 'uat')?.figures[0]).toMatchObject({ value: null });
  const attempt = { round: 1, scenario: 'S-1', browser: 'chromium', size: 'desktop', startMs: 1, endMs: 2 } as const;
  journal.append('shakedown.uat.round.started', { round: 1, kind: 'load', startMs: 0, planned: 3 });
  journal.append('shakedown.uat.attempted', { ...attempt, retry: 0, status: 'passed' });
  journal.append('shakedown.uat.attempted', { ...attempt, retry: 0, status: 'failed', again: true });
  panels.note('uat', 'S-2 pays');
  expect(figuresOf(events, 'uat')?.value).toBe('1 run, 0 failed, 0 flaky · round 1: 1 of 3 · S-2 pays');
  panels.note('uat', null);
  journal.append('shakedown.uat.attempted', { ...attempt, retry: 1, status: 'passed' });
  expect(figuresOf(events, 'uat')).toMatchObject({ state: 'inconclusive' });
  journal.append('shakedown.uat.attempted', { ...attempt, retry: 1, status: 'failed' });
  journal.append('shakedown.uat.attempted', { ...attempt, retry: 0, status: 'interrupted' });
  expect(figuresOf(events, 'uat')).toMatchObject({
    value: '3 run, 1 failed, 1 flaky · round 1: 3 of 3',
    state: 'fail',
  });
});

test('a panel that throws is left out from then on, and what is written is written', async () => {
  const live = async () => () => ({
    follow(): never {
      throw new Error('no such field');
    },
  });
  const { journal, events, written, panels } = await listening([{ id: 'toy', live }]);
  journal.append('shakedown.warning', { message: 'a' });
  journal.append('shakedown.warning', { message: 'b' });
  expect([written.length, panels.views()]).toEqual([2, []]);
  expect(events).toEqual([{ kind: 'warning', text: 'The live view of toy failed: no such field' }]);
});

test('a domain of the tests’ own is seen on the dashboard, in the terminal and among the metrics', async () => {
  let seen = 0;
  const live = async () => () => ({
    follow: () => {
      seen++;
      return [];
    },
    figures: () => [{ name: 'Toys seen', value: seen === 0 ? null : `${seen} toys`, none: 'no toy yet' }],
    metrics: () => [{ name: 'shakedown_toys', help: 'Toys.', type: 'gauge' as const, samples: [{ value: seen }] }],
  });
  const { journal, events, panels } = await listening([{ id: 'toy', live }]);
  const state = new LiveState(newState().run, panels.views());
  expect(dashboardPage(state.run, state.panels).html).toContain('<dt>Toys seen</dt><dd data-field="toy-toys-seen">');
  expect(liveMessage(state).fields['toy-toys-seen']).toBe('no toy yet');
  journal.append('shakedown.warning', { message: 'a' });
  const progress = startProgress(1000);
  for (const event of events) {
    state.follow(event);
    follow(progress, event);
  }
  expect(liveMessage(state).fields['toy-toys-seen']).toBe('1 toys');
  expect(exposition(runMetrics(state))).toContain('\nshakedown_toys 1\n');
  const block = blockLines(progress, 'shop', 0, {
    ...{ columns: 80, unicode: false, targetsMs: { strict: 100, standard: 200 } },
    colors: pc.createColors(false),
  });
  expect(block.at(-1)).toMatch(/^toys seen\s+1 toys$/);
});
