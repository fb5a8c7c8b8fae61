import { rmSync } from 'node:fs';
import { objectivesConfiguration } from '../../../src/config/objectives.ts';
import { judgeable } from '../../../src/config/schema.ts';
import type { ResolvedConfig } from '../../../src/model/config.ts';
import type { Results } from '../../../src/model/results.ts';
import type { ObjectiveResult } from '../../../src/model/verdict.ts';
import { domains } from '../../../src/run/domains.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { type MadeRun, makeRun } from './run-folder.ts';

const run: MadeRun = {
  ...{ windows: 60, windowMs: 1000, rate: 1200, samples: 50 },
  routes: ['GET /', 'GET /products', 'POST /basket', 'POST /checkout'],
};
const known = await judgeable(domains);

/** As a user writes them, read by the configuration. */
export function resolved(
  objectives: Record<string, object>,
  thresholds?: Record<string, unknown>,
): Pick<ResolvedConfig, 'objectives'> {
  const { schemas, resolve } = objectivesConfiguration(known);
  const parsed = { objectives: schemas.objectives.parse(objectives), thresholds: schemas.thresholds.parse(thresholds) };
  return resolve(parsed, { at: (path) => path, isSample: false, replays: true }) as Pick<ResolvedConfig, 'objectives'>;
}

/** The same, judged from a run's journal and logs. */
export async function judged(
  objectives: Record<string, object>,
  made: Partial<MadeRun> = {},
  before: (folder: string) => void = () => {},
  thresholds?: Record<string, unknown>,
): Promise<Results> {
  const folder = await makeRun({ ...run, ...made, config: resolved(objectives, thresholds) });
  try {
    before(folder);
    return await buildResults(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function found(results: Results, id: string): ObjectiveResult {
  const result = results.objectives.find(({ objective }) => objective.id === id);
  if (result === undefined) throw new Error(`no objective ${id}`);
  return result;
}
