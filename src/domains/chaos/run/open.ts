import type { Journal } from '../../../evidence/journal.ts';
import type { Teardown } from '../../../evidence/teardown.ts';
import type { SimulateOptions } from '../../../run/progress.ts';
import type { Prepared } from '../../../run/simulate/prepare.ts';
import type { Resumable } from '../../../run/simulate/resume.ts';
import { restartDatabase } from '../../../sample/restart.ts';
import { tlsOptions } from '../../monitoring/health.ts';
import { startLedger } from '../ledger/ledger.ts';
import { sampleLedger } from '../ledger/sample.ts';
import { configuredComponents, sampleComponents } from './components.ts';
import { type Chaos, type ChaosInput, openChaos } from './session.ts';

interface Run {
  options: Pick<SimulateOptions, 'config' | 'durationMs' | 'signal' | 'onEvent'>;
  run: { path: string };
  journal: Journal;
  teardown: Teardown;
  resumed: Resumable | null;
}

/** Stands ready to break what the run may break; null: no faults in this run. @throws ShakedownError CHAOS_HOST, GUARD_FAILED */
export async function openFaults(
  { options, run, journal, teardown, resumed }: Run,
  prepared: Prepared,
): Promise<Chaos | null> {
  const { config, durationMs, signal, onEvent } = options;
  const { chaos, target } = prepared;
  if (chaos === null) return null;
  const { sample, baseUrl } = target;
  const hosts = [...config.target.allowHosts, new URL(baseUrl).host];
  return openChaos({
    prepared: chaos,
    components: [...(sample === null ? [] : sampleComponents(sample)), ...configuredComponents(config.chaos, hosts)],
    baseUrl,
    hosts,
    runFolder: run.path,
    durationMs,
    begun: new Set(resumed?.record.chaos.experiments().map(({ title }) => title)),
    stop: config.chaos.stop,
    noop: config.chaos.noop,
    openLedger: ledgerOf({ options, run }, prepared, hosts),
    restart: sample === null ? null : () => restartDatabase(sample, signal),
    journal,
    teardown,
    signal,
    onEvent,
  });
}

function ledgerOf(
  { options, run }: Pick<Run, 'options' | 'run'>,
  { config, target }: Prepared,
  allowHosts: string[],
): ChaosInput['openLedger'] {
  const subject = config.chaos.ledger ?? (target.sample === null ? null : sampleLedger);
  if (subject === null) return null;
  return async (now) =>
    startLedger({
      subject,
      target: {
        baseUrl: target.baseUrl,
        allowHosts,
        headers: Object.fromEntries(config.target.headers),
        tls: await tlsOptions(config.target.tls),
      },
      folder: run.path,
      now,
      seed: config.load.seed,
      signal: options.signal,
    });
}
