import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RuleFile } from '../model.ts';
import { ruleFileText } from './rule-file-text.ts';

/**
 * Files that Prometheus and promtool load: rule files as they are, others (PrometheusRule, ConfigMaps, Grafana's) as rule files that are made of them.
 * Files without rules are none.
 * @param pathOf where a file is, from how findings call it
 * @param folder for those that are made
 * @returns by path
 */
export async function asRuleFiles(
  files: readonly RuleFile[],
  pathOf: (file: string) => string,
  folder: string,
): Promise<Map<string, RuleFile>> {
  const made = new Map<string, RuleFile>();
  for (const [index, file] of files.entries()) {
    if (file.groups.length === 0) continue;
    const isPlain =
      file.formats.every((format) => format === 'Prometheus') && !(await hasManyDocuments(pathOf(file.file)));
    const path = isPlain ? pathOf(file.file) : join(folder, `${index}-${basename(file.file)}.rules.yml`);
    if (!isPlain) await writeFile(path, ruleFileText(file.groups));
    made.set(path, file);
  }
  return made;
}

async function hasManyDocuments(path: string): Promise<boolean> {
  return /^---\s*\n[\s\S]*^---\s*$/m.test(await readFile(path, 'utf8').catch(() => ''));
}
