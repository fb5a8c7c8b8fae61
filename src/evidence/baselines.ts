import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { makeFolder, writeReport } from './atomic-file.ts';

/** Where passing runs are kept, one file each, so that later runs can be compared with them; a folder for each system. */
export interface BaselineConfig {
  /** Absolute. */
  folder: string;
  /** How many a system keeps. */
  keep: number;
  /** How many of the newest a run is compared with. */
  runs: number;
}

/** Name of the file that a run's folder holds its copy in. */
const chosenName = 'baseline.json';

/** Keeps what is to be compared with of a run, and removes the system's oldest past `keep`. @returns the file's path */
export async function keepBaseline(config: BaselineConfig, baseline: { name: string; runId: string }): Promise<string> {
  const folder = folderOf(config, baseline.name);
  await makeFolder(folder);
  const path = await writeReport(folder, `${baseline.runId}.json`, `${JSON.stringify(baseline)}\n`);
  const names = await baselineFiles(folder);
  for (const name of names.slice(0, Math.max(0, names.length - config.keep))) await rm(join(folder, name));
  return path;
}

/** Baselines of a system, newest first; files that are none by the schema are passed over. */
export async function keptBaselines<T>(config: BaselineConfig, name: string, schema: z.ZodType<T>): Promise<T[]> {
  const folder = folderOf(config, name);
  const found: T[] = [];
  for (const file of (await baselineFiles(folder)).reverse()) {
    const baseline = await readJson(join(folder, file), schema);
    if (baseline !== null) found.push(baseline);
  }
  return found;
}

/** Copies what a run is compared with into its folder, once only, so that its report stays the same. */
export async function fixChoice(runFolder: string, choose: () => Promise<object>): Promise<void> {
  if (existsSync(join(runFolder, chosenName))) return;
  await writeReport(runFolder, chosenName, `${JSON.stringify(await choose())}\n`);
}

/** That copy; null: this run did not look for baselines, or the file is damaged. */
export async function fixedChoice<T>(runFolder: string, schema: z.ZodType<T>): Promise<T | null> {
  return readJson(join(runFolder, chosenName), schema);
}

function folderOf({ folder }: BaselineConfig, name: string): string {
  return join(
    folder,
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'system',
  );
}

/** Oldest first: a run's id begins with its time. */
async function baselineFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^[\w-]+\.json$/.test(name)).sort();
}

async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
