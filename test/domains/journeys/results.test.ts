import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration } from '../../../src/domains/journeys/configuration.ts';
import type { JourneySettings } from '../../../src/model/journeys.ts';
import type { Results } from '../../../src/model/results.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { rendered } from '../../report/rendered.ts';
import { makeRun } from '../../run/results/run-folder.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const steps = [{ routes: 'GET /products/:id' }, { routes: 'POST /checkout' }];

function resolved(completion: string | null): JourneySettings {
  const objective = completion === null ? {} : { objective: { completion } };
  return settingsOf([{ name: 'Buy', steps, ...objective }]);
}

function settingsOf(written: readonly object[]): JourneySettings {
  const journeys = configuration.schemas.journeys.parse(written);
  const context = { at: (path: string) => path, isSample: false, replays: true };
  return configuration.resolve({ journeys, features: {} }, context).journeys ?? { journeys: [], features: [] };
}

/** A run in which so many of the sessions that bought something in production could not. */
async function results(due: number, lost: number, completion: string | null, config?: unknown): Promise<Results> {
  const settings = resolved(completion);
  const recorded = { reached: [2 * due, due], times: null, firstStep: null };
  const journey = { steps: [[2 * due, 2 * due] as [number, number], [due, due - lost] as [number, number]] };
  const folder = await makeRun({
    ...{ windows: 20, windowMs: 1000, rate: 100, config },
    more: [
      {
        type: 'shakedown.journeys.planned',
        data: {
          settings,
          recorded: { sessions: 4 * due, journeys: [recorded], featureSessions: [], featureRequests: [] },
        },
      },
      {
        type: 'shakedown.sessions.counted',
        data: {
          window: 1,
          counts: [
            { kind: 'judged', sessions: 2 * due, journeys: [journey], features: [] },
            // Under a fault all are lost, which the resilience gate looks at.
            {
              kind: 'excluded',
              sessions: due,
              journeys: [
                {
                  steps: [
                    [due, due],
                    [due, 0],
                  ],
                },
              ],
              features: [],
            },
          ],
        },
      },
    ],
  });
  folders.push(folder);
  return buildResults(folder);
}

const judged = (found: Results) => found.objectives.find(({ objective }) => objective.metric === 'journey_completion');
const parity = (found: Results) => found.gates.find(({ id }) => id === 'parity')?.verdict;

describe('an objective of a journey', () => {
  it('passes where its interval lies wholly above, fails where it lies below, and is open across', async () => {
    const kept = await results(400, 0, '>= 95 %');
    expect(judged(kept)).toMatchObject({ verdict: 'pass', value: 100, samples: 400 });
    expect(parity(kept)).toBe('pass');
    const gone = await results(400, 60, '>= 95 %');
    expect(judged(gone)).toMatchObject({ verdict: 'fail', value: 85, samples: 400 });
    expect(judged(gone)?.interval?.high).toBeLessThan(95);
    expect(judged(gone)?.reason).toContain('60 did not against the candidate');
    expect([parity(gone), gone.verdict]).toEqual(['fail', 'fail']);
    const across = await results(400, 18, '>= 95 %');
    expect(judged(across)).toMatchObject({ verdict: 'inconclusive', value: 95.5 });
    expect([parity(across), across.verdict]).toEqual(['inconclusive', 'inconclusive']);
  });

  it('is inconclusive over few sessions or none, and absent where none was asked for', async () => {
    expect(judged(await results(12, 0, '>= 50 %'))).toMatchObject({ verdict: 'inconclusive', samples: 12 });
    const none = judged(await results(0, 0, '>= 50 %'));
    expect([none?.verdict, none?.value]).toEqual(['inconclusive', null]);
    const told = await results(400, 60, null);
    expect(judged(told)).toBeUndefined();
    expect(parity(told)).toBe('pass');
  });

  it('is shown among the objectives, and beside a table of the user’s own', async () => {
    const own = {
      ...{ id: 'mine', title: 'Mine', gate: 'parity', metric: 'fidelity', statistic: 'value', comparison: '>=' },
      ...{ target: 50, unit: 'score', weight: 1, key: true, minimumSamples: 0 },
    };
    const found = await results(400, 60, '> 90 %', { objectives: [own] });
    expect(found.objectives.map(({ objective }) => objective.id).sort()).toEqual(['journey-1', 'mine']);
    const pages = await rendered(found);
    expect(pages['index.html']).toContain('Journey “Buy” completed');
    expect(pages['journeys.html']).toContain('60 did not against the candidate');
  });

  it('is refused where it cannot be meant', () => {
    const named = { name: 'Buy', steps, objective: { completion: '>= 95 %' } };
    expect(() => settingsOf([named, { name: 'Buy', steps }])).toThrow('another journey is named "Buy"');
  });
});
