import { parseJson } from '../descriptor/bounded-file.ts';
import type { Gatherer } from '../descriptor/gatherer.ts';
import { leaves } from '../descriptor/leaves.ts';

const assignment = /^([A-Za-z][\w.\-/]{0,120})\s*[=:]\s*(.*)$/;

/** A file within a setting, such as `application.properties`: its own settings are items, so that a difference is named and a secret in it is found. */
export function addText(gatherer: Gatherer, path: readonly string[], text: string): void {
  if (!text.includes('\n') && !/^\s*[{[]/.test(text)) {
    gatherer.add('configuration', path, text);
    return;
  }
  const found = settingsOf(text);
  if (found === null) {
    // A text of no known form may hold a secret anywhere.
    gatherer.add('configuration', path, text, { secret: true });
    return;
  }
  for (const { path: inner, value } of found)
    gatherer.add('configuration', [...path, ...inner], value, value === null ? { state: 'absent' } : {});
}

function settingsOf(
  text: string,
): { path: readonly string[]; value: string | number | boolean | (string | number | boolean)[] | null }[] | null {
  if (/^\s*[{[]/.test(text)) {
    try {
      return [...leaves(parseJson(text, 'A setting'))];
    } catch {
      return null;
    }
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^\s*[#;!]/.test(line));
  const pairs = lines.map((line) => assignment.exec(line));
  if (lines.length === 0 || pairs.some((pair) => pair === null)) return null;
  return pairs.flatMap((pair) => (pair === null ? [] : [{ path: [pair[1] ?? ''], value: (pair[2] ?? '').trim() }]));
}
