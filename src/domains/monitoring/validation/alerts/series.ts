import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { backfill } from '../stack/history.ts';
import { startPrometheus } from '../stack/prometheus.ts';
import { writtenOut } from './predict.ts';
import { type ProofHooks, prove } from './prove.ts';
import { playScenario, type Scenario } from './scenario.ts';
import { type Proving, startSession } from './session.ts';

/** The live part begins so long before the alert's expression is true, and what a start takes. */
const leadS = 20;

/** An alert that no fault reaches is proved by series that look like it, played in real time over their own history. */
export async function proveSeries(
  proving: Proving,
  scenario: Scenario,
  hooks: ProofHooks,
  tails: Promise<void>[],
): Promise<void> {
  const { alert } = scenario;
  const id = `series-${alert}`;
  const title = `Series as when ${alert} fires (${scenario.from})`;
  hooks.say(title);
  const crossesAtS = await crossing(proving, scenario, join(proving.folder, `${id}-crossing`));
  if (crossesAtS === null)
    throw new Error(`the series of ${scenario.from} do not make the expression of ${alert} true`);
  const player = await playScenario(scenario, crossesAtS - leadS - 2 * proving.speed.startS);
  const scrapes = [
    { job_name: 'shakedown-series', honor_labels: true, static_configs: [{ targets: [player.address] }] },
  ];
  const history = player.history(Date.now() / 1000);
  const session = await startSession(proving, { id, history, targets: {}, scrapes });
  const end = async () => {
    await session.end();
    await player.close();
  };
  try {
    const { resolved } = await prove(
      proving,
      session,
      {
        // Nothing is there but these series, so that others may fire for want of theirs.
        ...{ id, title, means: 'series', raises: [alert], mayRaise: proving.loaded.alerts.map(({ name }) => name) },
        begin: async () => async () => player.heal(),
        movedOn(byS, nowS) {
          player.moveOn(byS);
          return player.history(nowS);
        },
        ahead: (nowS, horizonS) => player.future(nowS, horizonS),
      },
      hooks,
    );
    tails.push(
      resolved.then(() => hooks.record({ kind: 'ended', fault: id, error: null, atEpochMs: Date.now() })).finally(end),
    );
  } catch (error) {
    await end();
    throw error;
  }
}

/** When the expression becomes true, seconds after the scenario's beginning; null: it does not. */
async function crossing(
  { programs, loaded, signal }: Proving,
  scenario: Scenario,
  folder: string,
): Promise<number | null> {
  const rule = loaded.alerts.find(({ name }) => name === scenario.alert);
  if (rule === undefined) return null;
  const nowS = Math.floor(Date.now() / 1000);
  const player = await playScenario(scenario, scenario.firesAtS + 60);
  await player.close();
  await backfill(programs.promtool, folder, player.history(nowS, true), signal);
  const kitchen = await startPrometheus({ program: programs.prometheus, folder, config: 'global: {}\n', signal });
  try {
    const beginS = nowS - scenario.firesAtS - 60;
    const stepS = Math.max(5, Math.ceil((nowS - beginS) / 10_000));
    const found = await kitchen.range(writtenOut(rule.expression, loaded.recorded), {
      startS: beginS,
      endS: nowS,
      stepS,
    });
    const times = found.flatMap(({ points }) => points.map(([atS]) => atS - beginS));
    return times.length === 0 ? null : Math.min(...times);
  } finally {
    await kitchen.process.kill();
    await rm(folder, { recursive: true, force: true });
  }
}
