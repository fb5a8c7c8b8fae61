import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Teardown } from '../../../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../../../model/config.ts';
import { ShakedownError } from '../../../../model/error.ts';
import type { Services } from '../../../command.ts';
import { startCollector } from './collector.ts';
import { type SecondSampleOptions, startSampleStack, startSecondSample } from './sample-stack.ts';
import type { SecondSample, Stack } from './stack.ts';

export interface Opening {
  config: ResolvedConfig;
  services: Pick<Services, 'startSample' | 'sampleMonitoring'>;
  /** Of the run. */
  folder: string;
  teardown: Teardown;
  signal: AbortSignal;
  say(text: string): void;
}

/**
 * The user's monitoring, which is only read; over the sample system one that is started here.
 * @throws ShakedownError MONITORING_NONE where the configuration names no Prometheus; MONITORING_PROGRAM_MISSING
 */
export async function openStack({ config, services, teardown, signal, say }: Opening): Promise<Stack> {
  const { prometheus, alertmanager } = config.monitoring;
  const none = () => Promise.reject(new Error('a system of the user’s is not started a second time'));
  if (prometheus !== null) return { isOwn: false, prometheus, alertmanager, sample: null, second: none };
  if (config.target.sample === null) {
    const message = 'The configuration names no Prometheus, so nothing can be asked of it.';
    throw new ShakedownError('MONITORING_NONE', message, { hint: 'Name it in monitoring.prometheus.url.' });
  }
  say('starting the sample system, Prometheus and Alertmanager');
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-monitoring-'));
  teardown.before('remove the data of the monitoring', () => rm(folder, { recursive: true, force: true }));
  const logFile = join(folder, 'shop.log');
  const { spansUrl, tracesUrl } = await traceCollector(config.monitoring.traces, teardown);
  const system = await services.startSample({ logFile, spansUrl }, teardown, signal);
  const set = services.sampleMonitoring;
  let second: Promise<SecondSample> | null = null;
  const first = await startSampleStack({ system, set, logFile, tracesUrl, folder, teardown, signal });
  const alertmanagers = first.sample?.targets.alertmanager ?? [];
  return {
    ...first,
    second() {
      second ??= openSecond({ services, set, folder: join(folder, 'second'), teardown, signal, alertmanagers });
      return second;
    },
  };
}

async function openSecond({
  services,
  ...about
}: Pick<Opening, 'services'> & Omit<SecondSampleOptions, 'system' | 'logFile'>): Promise<SecondSample> {
  const logFile = join(about.folder, 'shop.log');
  await mkdir(about.folder, { recursive: true });
  const system = await services.startSample({ logFile, spansUrl: null }, about.teardown, about.signal);
  return startSecondSample({ system, logFile, ...about });
}

/** Where the sample system's spans go: to the Zipkin that is configured, else to a collector of ours. */
async function traceCollector(
  traces: ResolvedConfig['monitoring']['traces'],
  teardown: Teardown,
): Promise<{ spansUrl: string | null; tracesUrl: string | null }> {
  if (traces !== null)
    return { spansUrl: traces.kind === 'zipkin' ? `${traces.url}/api/v2/spans` : null, tracesUrl: null };
  const collector = await startCollector();
  teardown.before('end the collector of traces', () => collector.close());
  return { spansUrl: collector.spansUrl, tracesUrl: collector.url };
}
