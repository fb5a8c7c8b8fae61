import type { Services } from '../../domains/command.ts';
import { clusterManifests } from '../../domains/load/public.ts';
import { readManifest } from '../../domains/traffic/public.ts';
import { pruneRuns } from '../../evidence/prune.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { ShakedownError } from '../../model/error.ts';
import { domains } from '../../run/domains.ts';
import { type LiveOutputs, startLiveOutputs } from '../../run/live/outputs.ts';
import { dryRun, exitCodeOfDryRun, planLines } from '../../run/simulate/dry-run.ts';
import { findCapacity } from '../../run/simulate/find-capacity.ts';
import { invocationOf } from '../../run/simulate/invocation.ts';
import { simulate } from '../../run/simulate/simulate.ts';
import { nameInCode } from '../given.ts';
import { createView } from '../view/create-view.ts';

/** Options that are none of the configuration; those of what runs beside the load are passed on to it. */
interface SimulateFlags {
  duration?: number;
  findCapacity?: boolean;
  step?: number;
  instances?: number[];
  dashboard?: number | true;
  metricsPort?: number;
  json?: boolean;
  resume?: string;
  parallelism?: number;
  dryRun?: boolean;
}

const defaultDurationMs = 60_000;
const defaultStepMs = 20_000;

/** `shakedown simulate`: runs, shows the run, prints the verdict, and ends with its exit code. */
export async function simulateCommand(_: unknown[], flags: SimulateFlags, services: Services): Promise<void> {
  const { terminal } = services;
  const targetsMs = { strict: 100, standard: 200 };
  const before = flags.resume === undefined ? null : await invocationOf(await services.runFolder(flags.resume));
  const { config, file, folder, overrides } = await services.configuration({
    replays: true,
    ...(before === null ? {} : { begun: before }),
  });
  const durationMs = flags.duration ?? before?.durationMs ?? (await naturalDuration(config));
  if (before !== null && durationMs !== before.durationMs) {
    throw new ShakedownError('RESUME_CONFIG', 'A resumed run keeps the duration it began with.', {
      hint: 'Leave --duration out.',
    });
  }
  if (flags.dryRun) {
    const manifests = clusterManifests(config, flags.parallelism ?? 1, durationMs);
    const options = { ...before?.companionOptions, ...besideOptions(flags) };
    const plan = await dryRun(
      { config, folder, durationMs, options },
      services.interruption(() => {}),
    );
    if (flags.json) terminal.out(`${JSON.stringify(plan, null, 2)}\n`);
    // Comments to whoever reads the manifests.
    else
      terminal.out(
        planLines(plan)
          .map((line) => `${manifests === null ? '' : '# '}${line}\n`)
          .join('') + (manifests ?? ''),
      );
    services.setExitCode(exitCodeOfDryRun(plan));
    return;
  }
  const view = createView(terminal, {
    title: `${config.name} ${config.version} on ${config.environment}`,
    durationMs,
    targetsMs,
  });
  const signal = services.interruption(() => {
    view.say(
      terminal.errColors.yellow(
        'Ending in order, with a report of what was measured. Press Ctrl-C again to end at once.',
      ),
    );
  });
  let outcome: Awaited<ReturnType<typeof simulate>> | null = null;
  let live: LiveOutputs | null = null;
  try {
    live = await startLiveOutputs({
      config,
      durationMs,
      targetsMs,
      dashboardPort: flags.dashboard === undefined ? null : Number(flags.dashboard === true ? 0 : flags.dashboard),
      metricsPort: flags.metricsPort ?? null,
      onEvent: view.onEvent,
    });
    for (const line of live.lines) view.say(line);
    const { onEvent } = live;
    const follow: typeof onEvent = (event) => {
      if (event.kind === 'run') services.notices.began(config, event.id, services.commandLine);
      onEvent(event);
    };
    const options = { config, configFile: file, folder, command: services.commandLine, signal, onEvent: follow };
    outcome = flags.findCapacity
      ? await findCapacity({
          ...options,
          stepMs: flags.step ?? defaultStepMs,
          ...(flags.instances === undefined ? {} : { instances: flags.instances }),
        })
      : await simulate({
          ...options,
          durationMs,
          overrides,
          ...(before === null ? {} : { resume: before.folder }),
          parallelism: flags.parallelism ?? before?.parallelism ?? 1,
          companionOptions: { ...before?.companionOptions, ...besideOptions(flags) },
        });
  } finally {
    await live?.end(outcome);
    view.end();
  }
  await services.show(outcome, flags.json === true);
  await services.notices.ended(outcome.folder, outcome.results);
  await pruneRuns(config.reports.folder, config.baselines.folder, config.reports, Date.now());
  services.setExitCode(outcome.exitCode);
}

/** Those that domains declared which run something beside the load, and that the configuration does not hold. */
function besideOptions(flags: object): Record<string, unknown> {
  const declared = domains.flatMap(({ companions, options }) => (companions === undefined ? [] : (options ?? [])));
  const names = declared.filter(({ key }) => key === undefined).map(nameInCode);
  return Object.fromEntries(Object.entries(flags).filter(([name]) => names.includes(name)));
}

/** Without --duration: the recording's own length where it is replayed once as it was, else a minute. */
async function naturalDuration(config: ResolvedConfig): Promise<number> {
  if (config.load.mode !== 'recorded') return defaultDurationMs;
  const { durationMs } = await readManifest(config.traffic.recording);
  return Math.max(1000, Math.ceil(durationMs / config.load.speed));
}
