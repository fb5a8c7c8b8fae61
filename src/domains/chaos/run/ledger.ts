import { tlsOptions } from '../../../environment/tls.ts';
import type { Beside, Companion, OpenRun } from '../../companion.ts';
import { type Ledger, startLedger } from '../ledger/ledger.ts';
import { sampleLedger } from '../ledger/sample.ts';
import { allowedHosts } from './hosts.ts';
import { namedExperiments } from './named.ts';

/** Writes beside the load, and after it reads back what the target has acknowledged: after the faults, so that they are gone by then. */
export const ledger: Companion = {
  async prepare({ options }) {
    return namedExperiments(options) === null ? null : ledgerBeside();
  },
};

function ledgerBeside(): Beside {
  let run: OpenRun | undefined;
  let opening: Promise<Ledger | null> = Promise.resolve(null);
  return {
    title: 'the ledger',
    async open(opened) {
      run = opened;
    },
    begin() {
      if (run !== undefined) opening = opened(run);
    },
    async end() {
      const [kept, during] = [await opening, run];
      if (kept === null || during === undefined) return;
      const { phase, warn, target, signal, journal } = during;
      const { sample } = target;
      phase('reading acknowledged writes back');
      try {
        const restart = sample === null ? undefined : () => killed(sample, during);
        journal.append('shakedown.ledger.checked', { ledger: await kept.check({ restart, signal }) });
      } catch (error) {
        warn(`Acknowledged writes were not read back: ${(error as Error).message}`);
      }
    },
  };
}

/** The kill is ours: what watches the target is not to hold it against it. */
async function killed(
  sample: NonNullable<OpenRun['target']['sample']>,
  { signal, journal, now }: OpenRun,
): Promise<void> {
  const fromMs = now();
  try {
    await sample.restartDatabase(signal);
  } finally {
    const reason = 'the database was killed before what it had acknowledged was read back';
    journal.append('shakedown.downtime.planned', { fromMs, toMs: now(), reason });
  }
}

/** null: none is kept. */
async function opened(run: OpenRun): Promise<Ledger | null> {
  const { config, target, runFolder, now, signal, warn } = run;
  const subject = config.chaos.ledger ?? (target.sample === null ? null : sampleLedger);
  if (subject === null) return null;
  try {
    return await startLedger({
      subject,
      target: {
        baseUrl: target.baseUrl,
        allowHosts: allowedHosts(run),
        headers: Object.fromEntries(config.target.headers),
        tls: await tlsOptions(config.target.tls),
      },
      folder: runFolder,
      now,
      seed: config.load.seed,
      signal,
    });
  } catch (error) {
    warn(`Acknowledged writes are not followed: ${(error as Error).message}`);
    return null;
  }
}
