import { loadObjectives } from '../../domains/load/public.ts';
import type { LoopbackServer } from '../../environment/loopback.ts';
import { changed } from '../../gate/objectives.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { ProgressEvent, SimulateOutcome } from '../progress.ts';
import { startDashboard } from './dashboard.ts';
import { watchDisk } from './disk.ts';
import { runMetrics, serveMetrics } from './metrics.ts';
import { Panels } from './panels.ts';
import { startRemoteWrite } from './remote-write/writer.ts';
import { LiveState } from './state.ts';

export interface LiveOutputs {
  /** Lines for the user: where to look. */
  lines: string[];
  onEvent(event: ProgressEvent): void;
  /** Shows how it ended, and stops serving. @param outcome null: the run broke off without a report */
  end(outcome: SimulateOutcome | null): Promise<void>;
}

export interface LiveOutputOptions {
  config: ResolvedConfig;
  durationMs: number;
  targetsMs: { strict: number; standard: number };
  /** 0: any free port; null: no dashboard. */
  dashboardPort: number | null;
  /** 0: any free port; null: no metrics. */
  metricsPort: number | null;
  /** What is shown on the terminal. */
  onEvent(event: ProgressEvent): void;
}

/**
 * Sends the events of a run to everything that shows it: the terminal always, the dashboard and the metrics where they are asked for.
 * @throws ShakedownError PORT_TAKEN
 */
export async function startLiveOutputs(options: LiveOutputOptions): Promise<LiveOutputs> {
  const { config, durationMs, targetsMs, dashboardPort, metricsPort } = options;
  const { remoteWrite } = config.metrics;
  const isAsked = dashboardPort !== null || metricsPort !== null || remoteWrite !== null;
  const panels = await Panels.open(() => {});
  const run = {
    name: config.name,
    version: config.version,
    environment: config.environment,
    durationMs,
    objectives: changed(loadObjectives(config.honesty.maxInvalidShare), config.objectives),
    targetsMs,
  };
  const state = new LiveState(run, panels.views());
  const warn = (text: string) => options.onEvent({ kind: 'warning', text });
  const writer =
    remoteWrite === null
      ? null
      : startRemoteWrite(() => runMetrics(state), remoteWrite, {
          isOn: () => state.startedAt !== null,
          labels: () => ({ job: 'shakedown', instance: state.id ?? '' }),
          warn,
          env: process.env,
        });
  const dashboard = dashboardPort === null ? null : await startDashboard(state, dashboardPort, warn);
  let metrics: LoopbackServer | null = null;
  try {
    if (metricsPort !== null) metrics = await serveMetrics(state, metricsPort);
  } catch (error) {
    await dashboard?.end();
    throw error;
  }
  let isFollowed = isAsked;
  const onEvent = (event: ProgressEvent) => {
    try {
      if (isFollowed) state.follow(event);
    } catch (error) {
      // The view is not to cost the run that it shows.
      isFollowed = false;
      warn(`The live view is no longer updated: ${(error as Error).message}`);
    }
    options.onEvent(event);
  };
  const disk = watchDisk(config.reports.folder, onEvent);
  return {
    lines: [
      ...(dashboard === null ? [] : [`live view  ${dashboard.address}`]),
      ...(metrics === null ? [] : [`metrics    ${metrics.origin}/metrics`]),
    ],
    onEvent,
    async end(outcome) {
      disk.stop();
      if (outcome !== null) {
        const { verdict, word, sentence } = outcome.results;
        onEvent({ kind: 'outcome', verdict, word, sentence, index: outcome.index });
      }
      await Promise.all([dashboard?.end(), metrics?.close(), writer?.end()]);
    },
  };
}
