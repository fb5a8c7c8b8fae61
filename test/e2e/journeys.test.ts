import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeWithK6 } from '../setup/programs.ts';
import { eventsOf, type Project, project, recording } from './project.ts';

let made: Project | undefined;
afterEach(() => {
  made?.remove();
  made = undefined;
});

describeWithK6('a release that takes no orders', (k6) => {
  it('loses the journeys that end with one, at that step, and no others', async () => {
    made = project(`
target: { sample: { defects: 'refuse=1' } }
traffic: { recording: ${recording} }
profile: { mode: bootstrap, ratePerSecond: 60, speed: 6, seed: 5 }
honesty: { maxGeneratorLatenessMs: 60000 }`);
    await made.run(['simulate', '--duration', '20s'], { SHAKEDOWN_K6: k6.path });
    const { journeys } = made.results().sections;
    const [buy, app, signIn] = journeys?.journeys ?? [];
    expect([buy?.name, app?.name, signIn?.name]).toEqual(['Buy in the shop', 'Buy in the app', 'Sign in']);
    // In production everything went well.
    expect(buy?.steps.map(({ recorded }) => recorded)).toEqual([1754, 1696, 447, 398, 301, 301]);
    for (const [journey, at] of [
      [buy, 4],
      [app, 2],
    ] as const) {
      const order = journey?.steps[at];
      const before = journey?.steps[at - 1];
      expect(before?.done).toBeGreaterThan(0);
      expect(order?.due).toBeGreaterThan(0);
      expect(order?.done).toBe(0);
      expect(order?.lost.percent).toBe(100);
      expect(journey?.sentence).toMatch(/most of it at “Place the order”/);
    }
    expect(signIn?.steps.at(-1)?.done).toBeGreaterThan(0);
    expect(journeys?.features.find(({ name }) => name === 'Placing orders')?.due).toBeGreaterThan(0);
    // Every session of the plan that was not cut off is in exactly one place.
    const counted = Object.values(journeys?.sessions ?? {}).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(made.results().sections.load.plan.sessions);
    expect(eventsOf(made.runFolder(), 'shakedown.sessions.counted').length).toBeGreaterThan(1);
    const page = readFileSync(join(made.runFolder(), 'journeys.html'), 'utf8');
    expect(page).toContain('Journeys and features');
    expect(page).toContain('Place the order');
  }, 240_000);
});
