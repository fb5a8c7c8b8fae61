import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Results } from '../../../src/model/results.ts';
import type { AcceptanceResult } from '../../../src/model/uat.ts';
import type { ObjectiveResult } from '../../../src/model/verdict.ts';
import { runCli } from '../../cli/cli.ts';

/** Results of a run of scenarios alone, with its part at hand. */
export interface UatResults extends Results {
  uat: AcceptanceResult;
}

/** What a run of scenarios alone came to. */
export function readResults(run: string): UatResults {
  return withUat(JSON.parse(readFileSync(join(run, 'results.json'), 'utf8')) as Results);
}

export function withUat(results: Results): UatResults {
  const uat = results.sections.uat?.acceptance;
  if (uat === undefined) throw new Error('no scenarios were run alone');
  return { ...results, uat };
}

export function objectiveOf({ objectives }: Results, id: string): ObjectiveResult | undefined {
  return objectives.find(({ objective }) => objective.id === id);
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A user's project with these scenarios: the text of each file by its name. */
export function makeProject(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-uat-'));
  mkdirSync(join(folder, 'uat'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'shakedown'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const config = `import { uatConfig } from 'shakedown/uat';\nexport default uatConfig({ timeout: 60_000 });\n`;
  writeFileSync(join(folder, 'uat', 'playwright.config.ts'), config);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(
      join(folder, 'uat', name),
      `import { expect, Given, scenario, Then, When } from 'shakedown/uat';\n${text}`,
    );
  }
  return folder;
}

/** Runs `shakedown uat run` there. */
export async function runProject(folder: string, args: string[]) {
  const ended = await runCli(['uat', 'run', ...args], { cwd: folder });
  const runs = join(folder, 'reports', 'runs');
  const [run] = existsSync(runs) ? readdirSync(runs).filter((name) => !name.endsWith('.log')) : [];
  const path = run === undefined ? null : join(runs, run);
  const results = path === null ? null : readResults(path);
  return { ...ended, run: path, results };
}
