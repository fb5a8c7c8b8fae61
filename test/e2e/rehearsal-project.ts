import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect } from 'vitest';
import type { Results } from '../../src/model/results.ts';

const program = fileURLToPath(new URL('../../bin/shakedown.mjs', import.meta.url));
/** Projects of a test; their staging systems end with it. */
export const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) {
    await shakedown(folder, 'deploy', '--down').ended;
    rmSync(folder, { recursive: true, force: true });
  }
});

const shortCanary = 'steps: [25, 100], stepMs: 9000, deadlineMs: 20000, minimumRequests: 40';

/** A project whose rehearsals are short. @param deployment, rehearsal more of these keys */
export function project({
  deployment = '',
  rehearsal = '',
  switches = 1,
  canary = shortCanary,
  rate = 60,
  observeMs = 3500,
} = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-rehearsal-'));
  folders.push(folder);
  writeFileSync(
    join(folder, 'shakedown.config.yaml'),
    `target: { sample: {} }
deployment: { warmUpMs: 1500 ${deployment} }
rehearsal:
  ratePerSecond: ${rate}
  blueGreen: { switches: ${switches}, settleMs: 4000, observeMs: ${observeMs} }
  canary: { ${canary} }
${rehearsal}`,
  );
  return folder;
}

export function shakedown(folder: string, ...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    said.out += data;
  });
  child.stderr.on('data', (data) => {
    said.err += data;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said, ended };
}

export async function results(
  folder: string,
  ...args: string[]
): Promise<{ code: number | null; results: Results; err: string }> {
  const run = shakedown(folder, ...args, '--json');
  const code = await run.ended;
  expect(run.said.out, run.said.err).toMatch(/^\{/);
  return { code, results: JSON.parse(run.said.out), err: run.said.err };
}

/** Checks that did not pass. */
export function reasons({ sections: { rehearsal } }: Results): string[] {
  return (rehearsal?.rehearsals ?? []).flatMap(({ checks }) =>
    checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, verdict }) => `${id} ${verdict}`),
  );
}

/** What staging.json says. */
export interface State {
  weights: Record<string, number>;
  moving: unknown;
  sides: { name: string; instances: { process: { pid: number; startTicks: number } }[] }[];
  switch: { baseUrl: string; process: { pid: number; startTicks: number } };
  shared: { process: { pid: number; startTicks: number } };
}

export function state(folder: string): State {
  return JSON.parse(readFileSync(join(folder, 'reports/staging.json'), 'utf8'));
}
