import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeManifest } from '../../../evidence/manifest.ts';
import { createRunFolder } from '../../../evidence/run-folder.ts';
import { ShakedownError } from '../../../model/error.ts';
import { isUatRun } from '../judging/acceptance.ts';
import { type Begun, begunBy } from './begun.ts';

/**
 * Makes one run of the shards of one: their events together are the whole's, so it is judged by the same code.
 * @returns the folder of the whole
 * @throws ShakedownError UAT_MERGE where they are not shards of the same
 */
export async function mergeShards(folders: readonly string[], base: string): Promise<string> {
  const [first] = folders;
  for (const folder of folders) {
    if (!isUatRun(folder)) throw mergeError(`${folder} is no run of scenarios.`);
  }
  const shards = await Promise.all(folders.map(begunBy));
  const of = ({ run, scenarios }: Begun) =>
    JSON.stringify([run?.candidate, scenarios?.browsers.map(({ label }) => label), scenarios?.sizes]);
  if (first === undefined || new Set(shards.map(of)).size !== 1) {
    throw mergeError('They are not shards of one run: candidate, browsers or sizes differ.');
  }
  const run = await createRunFolder(base);
  try {
    for (const folder of folders) {
      if (existsSync(join(folder, 'evidence'))) {
        cpSync(join(folder, 'evidence'), join(run.path, 'evidence'), {
          recursive: true,
          filter: (source) => !source.includes(join('evidence', 'playwright')),
        });
      }
    }
    const text = (name: string) =>
      folders.map((folder) => readFileSync(join(folder, name), 'utf8').replace(/\n*$/, '\n')).join('');
    writeFileSync(join(run.path, 'uat.ndjson'), text('uat.ndjson'), { mode: 0o600 });
    writeFileSync(join(run.path, 'waivers.json'), readFileSync(join(first, 'waivers.json')), { mode: 0o600 });
    if (existsSync(join(first, 'history.json'))) cpSync(join(first, 'history.json'), join(run.path, 'history.json'));
    writeFileSync(
      join(run.path, 'journal.ndjson'),
      wholeJournal(readFileSync(join(first, 'journal.ndjson'), 'utf8'), run.id),
      { mode: 0o600 },
    );
    writeManifest(run.path);
    return run.path;
  } catch (error) {
    rmSync(run.path, { recursive: true, force: true });
    throw error;
  } finally {
    await run.release();
  }
}

/** The first shard's journal, as that of the whole. */
function wholeJournal(text: string, id: string): string {
  return text
    .split('\n')
    .map((line) => {
      const event = eventOf(line);
      // A last line that a killed process left half-written is no event.
      if (event === null) return '';
      event.source = `shakedown/runs/${id}`;
      if (event.data.runId !== undefined) event.data.runId = id;
      if (event.data.chosen !== undefined)
        event.data.chosen = event.data.chosen.filter((each) => !each.startsWith('shard '));
      return JSON.stringify(event);
    })
    .join('\n');
}

function eventOf(line: string): { source: string; data: { runId?: string; chosen?: string[] } } | null {
  try {
    const event = JSON.parse(line);
    return typeof event?.data === 'object' && event.data !== null ? event : null;
  } catch {
    return null;
  }
}

function mergeError(message: string): ShakedownError {
  return new ShakedownError('UAT_MERGE', message, {
    hint: 'Give the run folders of every shard of one `--shard i/n`.',
  });
}
