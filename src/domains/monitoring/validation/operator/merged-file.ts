import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Teardown } from '../../../../evidence/teardown.ts';
import type { ResolvedMonitoring } from '../configuration.ts';
import { type Merged, merged } from './merge.ts';
import { readOperatorResources, refused } from './resources.ts';

export type OperatorMerge = Pick<Merged, 'differences' | 'refused'>;

/**
 * Where AlertmanagerConfig resources are named, the configuration that the Prometheus operator would make of them takes the place of the file.
 * @returns the same where there are none
 * @throws ShakedownError ALERTMANAGER_CONFIG
 */
export async function withOperatorResources(
  monitoring: ResolvedMonitoring,
  teardown: Teardown,
): Promise<{ monitoring: ResolvedMonitoring; merge: OperatorMerge | null }> {
  const { files } = monitoring;
  if (files.alertmanagerConfigs.length === 0) return { monitoring, merge: null };
  const resources = readOperatorResources(files.alertmanagerConfigs);
  const base = files.alertmanager === null ? null : await documentOf(files.alertmanager);
  const { document, ...merge } = merged(base, resources);
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-operator-'));
  teardown.before('remove the merged configuration', () => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'alertmanager.yml');
  await writeFile(file, stringify(document, { lineWidth: 0, version: '1.1' }), { mode: 0o600 });
  return { monitoring: { ...monitoring, files: { ...files, alertmanager: file } }, merge };
}

async function documentOf(file: string): Promise<Record<string, unknown>> {
  let document: unknown;
  try {
    document = parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw refused(file, (cause as Error).message);
  }
  const read = document as Record<string, unknown> | null;
  if (typeof read !== 'object' || read === null || typeof read.route !== 'object')
    throw refused(file, 'it has no route, so nothing can be merged into it');
  const { templates } = read;
  if (!Array.isArray(templates)) return read;
  // The merged file lies elsewhere.
  return { ...read, templates: templates.map((glob: string) => (isAbsolute(glob) ? glob : join(dirname(file), glob))) };
}
