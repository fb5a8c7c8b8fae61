import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { axeTags } from '../../../src/domains/uat/axe-tags.ts';

/** A test case of an ACT rule (https://www.w3.org/WAI/standards-guidelines/act/rules/). */
export interface ActCase {
  rule: string;
  expected: 'passed' | 'failed' | 'inapplicable';
  number: number;
  html: string;
}

const folder = fileURLToPath(new URL('../../fixtures/act-rules', import.meta.url));

/** What the walk and the enlarged window see, by the rule that they are held against. */
const own: Readonly<Record<string, readonly string[]>> = {
  '80af7b': ['keyboard-trap'],
  a1b64e: ['keyboard-trap'],
  ebe86a: ['keyboard-trap'],
  oj04fd: ['focus-not-visible'],
  '59br37': ['zoom-200'],
};

/** The rules that are claimed, by ACT rule: those that axe-core says implement it, as far as they are run, and our own. */
export function claimed(): ReadonlyMap<string, readonly string[]> {
  const axe = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'))('axe-core') as {
    getRules(tags: readonly string[]): { ruleId: string; tags: string[]; actIds?: string[] }[];
  };
  const rules = new Map<string, string[]>(Object.entries(own).map(([rule, names]) => [rule, [...names]]));
  // 09o5cg is of level AAA, which nobody claims.
  for (const { ruleId, tags, actIds = [] } of axe.getRules(axeTags)) {
    if (tags.some((tag) => /experimental|deprecated|best-practice/.test(tag))) continue;
    for (const act of actIds.filter((id) => id !== '09o5cg')) rules.set(act, [...(rules.get(act) ?? []), ruleId]);
  }
  return rules;
}

export const isOwn = (rule: string): boolean => own[rule] !== undefined;

export function actCases(): ActCase[] {
  return JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as ActCase[];
}

/** A case as a whole page. */
export function pageOf({ html, rule, expected, number }: ActCase): string {
  if (/<html|<!doctype/i.test(html)) return html;
  return `<!DOCTYPE html><html lang="en"><head><title>${rule} ${expected} ${number}</title></head><body>${html}</body></html>`;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.html': 'text/html',
};

/** A small file that cases ask for; null: it is not kept. */
export function asset(path: string): { type: string; body: Buffer } | null {
  const file = join(folder, path);
  if (!/^\/test-assets\/[\w./-]+$/.test(path) || path.includes('..') || !existsSync(file)) return null;
  return { type: types[extname(path)] ?? 'application/octet-stream', body: readFileSync(file) };
}
