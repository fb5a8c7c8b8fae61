import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowing } from '../../../../src/domains/chaos/experiment/hosts.ts';
import { loadExperiment } from '../../../../src/domains/chaos/experiment/load.ts';
import type { ExperimentOptions } from '../../../../src/domains/chaos/experiment/options.ts';
import { runExperiment } from '../../../../src/domains/chaos/experiment/run.ts';

export interface Trial {
  folder: string;
  /** Everything that was told while experiments ran, as text. */
  told: string[];
  run(written: object, options?: Partial<ExperimentOptions>): ReturnType<typeof runExperiment>;
  end(): Promise<void>;
}

/** A folder of experiments, each written to a file, loaded and run against this machine. */
export async function startTrial(): Promise<Trial> {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-experiment-'));
  const told: string[] = [];
  const tell = (what: unknown) => void told.push(JSON.stringify(what));
  let count = 0;
  return {
    folder,
    told,
    async run(written, options = {}) {
      const file = join(folder, `${++count}.json`);
      await writeFile(
        file,
        JSON.stringify({ title: 'a trial', description: 'of this and that', method: [], ...written }),
      );
      return runExperiment(await loadExperiment(file), {
        injector: null,
        signal: new AbortController().signal,
        now: () => performance.now(),
        allows: allowing([], true),
        recoveryMs: 0,
        on: { started: tell, hypothesis: tell, activity: tell, warning: tell, ended: tell },
        ...options,
      });
    },
    end: () => rm(folder, { recursive: true, force: true }),
  };
}

export const hypothesis = (...probes: object[]) => ({ 'steady-state-hypothesis': { title: 'well', probes } });
export const probe = (name: string, provider: object, tolerance: unknown) => ({
  type: 'probe',
  name,
  provider,
  tolerance,
});
export const action = (name: string, provider: object) => ({ type: 'action', name, provider });
export const http = (url: string, more: object = {}) => ({ type: 'http', url, ...more });
export const program = (path: string, ...given: string[]) => ({ type: 'process', path, arguments: given });
export const fault = (func: string, given: object) => ({ type: 'node', module: 'shakedown', func, arguments: given });
