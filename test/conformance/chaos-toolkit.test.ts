import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadExperiment } from '../../src/domains/chaos/experiment/load.ts';
import { pythonOfChaos } from '../../src/domains/chaos/experiment/providers/python.ts';
import { resolveConfiguration } from '../../src/domains/chaos/experiment/variables.ts';
import { ownToxiproxy } from '../domains/chaos/links.ts';
import { cases } from './chaos/cases.ts';
import { invalid } from './chaos/invalid.ts';
import { startTestServer, type TestServer } from './chaos/server.ts';
import { chaosProgram } from './chaos/toolkit.ts';
import { toxiproxyExperiment } from './chaos/toxiproxy.ts';

const bin = fileURLToPath(new URL('../../bin/shakedown.mjs', import.meta.url));
const chaos = chaosProgram();
/** Prints the files that Chaos Toolkit refuses. */
const validate = `
import json, sys
from chaoslib.experiment import ensure_experiment_is_valid, load_experiment
refused = []
for path in sys.argv[1:]:
    try:
        ensure_experiment_is_valid(load_experiment(path))
    except Exception:
        refused.append(path)
print(json.dumps(refused))
`;
let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-conformance-'));
  server = await startTestServer();
});
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  activity: { name: string };
  status?: string;
  output: unknown;
  tolerance_met?: boolean;
}

interface State {
  steady_state_met: boolean | null;
  probes: Run[];
}

interface Journal {
  status: string;
  deviated: boolean;
  steady_states: { before: State | null; after: State | null; during: State[] };
  run: Run[];
  rollbacks: Run[];
}

async function end(
  program: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const options = {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', SHAKEDOWN_CHAOS: chaos ?? '', ...env },
      timeout: 50_000,
    };
    execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: stderr + stdout });
    });
  });
}

/** Runs an experiment through both. @returns for each what it did, as far as both must agree */
async function both(
  name: string,
  written: (base: string) => unknown,
  { args = [], ownArgs = [] }: { args?: string[]; ownArgs?: string[] },
  env: Record<string, string>,
): Promise<[Seen, Seen]> {
  const one = async (who: 'toolkit' | 'ours'): Promise<Seen> => {
    const stem = join(folder, `${name.replace(/\W+/g, '-')}-${who}`);
    const experiment = written(`${server.url}/${encodeURIComponent(name)}-${who}`);
    const file = typeof experiment === 'string' ? `${stem}.yaml` : `${stem}.json`;
    await writeFile(file, typeof experiment === 'string' ? experiment : JSON.stringify(experiment));
    const journalFile = `${stem}.journal.json`;
    const run = ['run', '--journal-path', journalFile, ...args, file];
    const log = join(folder, 'chaos.log');
    const { code, said } =
      who === 'ours'
        ? await end(process.execPath, [bin, 'chaos', ...run, ...ownArgs], env)
        : await end(chaos ?? '', ['--no-version-check', '--log-file', log, ...run], env);
    const journal = await readFile(journalFile, 'utf8').then(
      (text) => JSON.parse(text) as Journal,
      () => null,
    );
    return { ...seenIn(journal, who), exitCode: code, said };
  };
  return Promise.all([one('toolkit'), one('ours')]);
}

interface Seen {
  exitCode: number;
  status: string | null;
  deviated: boolean | null;
  journal: unknown;
  said: string;
}

function seenIn(journal: Journal | null, who: string): Omit<Seen, 'exitCode' | 'said'> {
  if (journal === null) return { status: null, deviated: null, journal: null };
  const { status, deviated, steady_states: states, run, rollbacks } = journal;
  const runs = (list: Run[]) => list.map((one) => ({ ...one, ...plain(one, who) }));
  const state = (one: State | null) => one && { met: one.steady_state_met, probes: runs(one.probes) };
  return {
    status,
    deviated,
    journal: {
      keys: Object.keys(journal)
        .filter((key) => key !== 'shakedown')
        .sort(),
      before: state(states.before),
      after: state(states.after),
      // How often is chance; which answers came, in their order, is not.
      during: [
        ...new Set(states.during.map((one) => JSON.stringify([one.steady_state_met, one.probes.map((p) => p.status)]))),
      ],
      run: runs(run),
      rollbacks: runs(rollbacks),
    },
  };
}

/** A run without what is of the moment: times, wording, and headers beside their names. */
function plain(one: Run, who: string): Record<string, unknown> {
  const output = one.output as { headers?: Record<string, string> } | null;
  const shown =
    output !== null && typeof output === 'object' && 'headers' in output
      ? {
          ...output,
          headers: Object.keys(output.headers ?? {})
            .filter((key) => key !== 'Connection' && key !== 'Keep-Alive')
            .sort(),
        }
      : output;
  return {
    activity: one.activity.name,
    output: JSON.parse(JSON.stringify(shown).replaceAll(`-${who}`, '')),
    exception: 'exception' in one,
    start: 'start' in one,
    end: 'end' in one,
    duration: 'duration' in one,
  };
}

const title = 'Chaos Toolkit and this one run the same experiments alike';
describe.skipIf(chaos === null)(chaos === null ? `${title} (skipped: it is not installed)` : title, () => {
  test.each(cases)('$name', async ({ name, experiment, args = [], ownArgs = [], env = {}, differs }) => {
    const [toolkit, ours] = await both(name, experiment, { args, ownArgs }, env);
    if (differs !== undefined) {
      expect(toolkit).toMatchObject(differs.toolkit);
      expect(ours).toMatchObject(differs.ours);
      return;
    }
    const { said: toolkitSaid, ...there } = toolkit;
    const { said: oursSaid, ...here } = ours;
    expect(here, `${toolkitSaid}\n${oursSaid}`).toEqual(there);
    expect(there.status, toolkitSaid).not.toBeNull();
  });

  test('every function of the Toxiproxy extension', async () => {
    const toxiproxy = await ownToxiproxy();
    try {
      const proxy = (base: string) => `proxy-${base.split('-').at(-1)}`;
      const written = (base: string) => toxiproxyExperiment(proxy(base), new URL(server.url), toxiproxy.url);
      const [{ said: there, ...toolkit }, { said: here, ...ours }] = await both('toxiproxy', written, {}, {});
      expect(ours, `${there}\n${here}`).toEqual(toolkit);
      expect(ours).toMatchObject({ status: 'completed', exitCode: 0 });
    } finally {
      await toxiproxy.stop();
    }
  });

  test('both refuse what is invalid, and take what is not', async () => {
    const all: Record<string, () => unknown> = { ...invalid, valid: () => cases[0]?.experiment('http://127.0.0.1:9') };
    const files = await Promise.all(
      Object.entries(all).map(async ([name, written]) => {
        const experiment = written();
        const file = join(folder, `${name.replace(/\W+/g, '-')}.${typeof experiment === 'string' ? 'yaml' : 'json'}`);
        await writeFile(file, typeof experiment === 'string' ? experiment : JSON.stringify(experiment));
        return [name, file] as const;
      }),
    );
    const { code, said } = await end(
      pythonOfChaos({ SHAKEDOWN_CHAOS: chaos ?? '' }) ?? '',
      ['-c', validate, ...files.map(([, file]) => file)],
      {},
    );
    expect(code, said).toBe(0);
    const there = new Set(JSON.parse(said.split('\n').at(-2) ?? '') as string[]);
    for (const [name, file] of files) {
      const refused = await loadExperiment(file)
        .then(({ configuration }) => resolveConfiguration(configuration, {}, {}))
        .then(
          () => null,
          (error: Error) => error,
        );
      expect(refused !== null, `${name}: ${refused?.message}`).toBe(there.has(file));
      if (name !== 'valid') expect(refused, name).toMatchObject({ code: expect.stringMatching(/^EXPERIMENT_/) });
    }
    expect(there.size).toBe(Object.keys(invalid).length);
  });

  test('both end with 1 where the experiment is invalid or not there', async () => {
    const [toolkit, ours] = await both('invalid', invalid['no title'] ?? (() => ''), {}, {});
    expect([ours.exitCode, ours.journal]).toEqual([toolkit.exitCode, toolkit.journal]);
    expect(ours.exitCode).toBe(1);
    expect(ours.said).toMatch(/^error EXPERIMENT_INVALID: .*requires a title\.$/m);
    expect((await end(process.execPath, [bin, 'chaos', 'run', 'none.json'], {})).code).toBe(1);
  });
});

test.skipIf(chaos !== null)('Chaos Toolkit is not installed, so nothing was compared; .ci/run installs it', () => {});
