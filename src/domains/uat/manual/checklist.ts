import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { replaceFileSync } from '../../../evidence/atomic-file.ts';
import { readBoundedSync } from '../../../evidence/bounded-file.ts';
import { addToManifest } from '../../../evidence/manifest.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { FindingGroup } from '../../../model/finding.ts';
import { type ManualCheck, type ManualResult, manualResults } from '../../../model/wcag.ts';
import { wcagCoverage } from '../wcag.ts';

const place = 'evidence/manual';
const mostBytes = 1024 * 1024;
const hint =
  '`shakedown uat checklist <run>` prints the list to fill in: result (passed, failed, not applicable), person and date (2026-11-20) for each criterion that was looked at; what failed needs a note.';

const oneLine = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u, 'must be one line of text');
const result = z
  .strictObject({
    criterion: z.string(),
    result: z.enum(manualResults),
    person: oneLine(200),
    date: z.iso.date(),
    note: z.string().trim().max(2000).nullish(),
  })
  .refine(({ result: found, note }) => found !== 'failed' || (note ?? '') !== '', 'what failed needs a note');

/** Criteria that neither a rule nor a check of ours looks at: only a person can. */
export function forPeople(): { id: string; level: 'A' | 'AA'; title: string }[] {
  return wcagCoverage()
    .criteria.filter(({ rules, own }) => rules === 0 && own === null)
    .map(({ id, level, title }) => ({ id, level, title }));
}

/** The checklist, to be filled in. */
export function blankChecklist(): string {
  const lines = forPeople().map(
    ({ id, level, title }) =>
      `# ${title} (${level}), https://www.w3.org/TR/WCAG22/\n- criterion: ${id}\n  result:\n  person:\n  date:\n  note:\n`,
  );
  return `# Result: passed, failed or not applicable. What has none was not looked at.\n${lines.join('')}`;
}

/**
 * Reads a checklist that was filled in, YAML or JSON.
 * @throws ShakedownError UAT_CHECKLIST naming the first line that is none
 */
export function readChecklist(file: string, today = new Date().toISOString().slice(0, 10)): ManualResult[] {
  const refuse = (what: string) => new ShakedownError('UAT_CHECKLIST', `${file}: ${what}.`, { hint });
  let values: unknown;
  try {
    const text = readBoundedSync(file, mostBytes).toString('utf8');
    // As text: a criterion such as 1.4.10 is no number, and a date is written as it is.
    values = parse(text, { schema: 'failsafe', maxAliasCount: 0 });
  } catch (cause) {
    throw refuse(`cannot be read: ${(cause as Error).message.split('\n')[0]}`);
  }
  if (!Array.isArray(values)) throw refuse('is no list of criteria');
  const known = new Set(wcagCoverage().criteria.map(({ id }) => id));
  const found = values.flatMap((value: Record<string, unknown> | null) => {
    // A line that nobody filled in was not looked at.
    if (typeof value !== 'object' || value === null || !value.result) return [];
    const read = result.safeParse(value);
    const about = `criterion ${String(value.criterion).slice(0, 20)}`;
    if (!read.success) {
      const [issue] = read.error.issues;
      throw refuse(`${about}: ${[...(issue?.path ?? []), issue?.message].join(' ')}`);
    }
    const { criterion, note, ...rest } = read.data;
    if (!known.has(criterion)) throw refuse(`${about} is none of WCAG 2.2, A and AA`);
    if (rest.date > today) throw refuse(`${about}: its date, ${rest.date}, is in the future`);
    return [{ criterion, ...rest, note: note ?? '' }];
  });
  if (found.length === 0) throw refuse('no criterion in it has a result');
  return found;
}

/**
 * Adds results of a checklist to a run that has ended, as evidence.
 * @throws ShakedownError NO_MANIFEST, EVIDENCE_CHANGED
 */
export function addManualResults(folder: string, results: readonly ManualResult[]): void {
  const name = `${new Date().toISOString().replace(/\D/g, '')}-${randomBytes(4).toString('hex')}.json`;
  const about = { act: 'add a checklist to', missing: 'has no manifest.json to add a checklist to' };
  addToManifest(folder, about, () => {
    mkdirSync(join(folder, place), { recursive: true });
    replaceFileSync(join(folder, place, name), `${JSON.stringify(results, null, 1)}\n`, { mode: 0o600 });
  });
}

/** What people found of each criterion that no machine looks at, and of others that they looked at. One that failed for anybody has failed. */
export function manualChecks(folder: string): ManualCheck[] {
  const all = storedResults(folder);
  const { criteria } = wcagCoverage();
  const own = new Set(forPeople().map(({ id }) => id));
  return criteria.flatMap(({ id, level, title }): ManualCheck[] => {
    const found = all.filter(({ criterion }) => criterion === id);
    const last = found.findLast((each) => each.result === 'failed') ?? found.at(-1);
    if (last === undefined) return own.has(id) ? [{ id, level, title, result: null }] : [];
    return [{ id, level, title, result: last }];
  });
}

function storedResults(folder: string): ManualResult[] {
  let names: string[];
  try {
    names = readdirSync(join(folder, place)).sort();
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      const list = z.array(result).parse(JSON.parse(readFileSync(join(folder, place, name), 'utf8')));
      return list.map((each) => ({ ...each, note: each.note ?? '' }));
    } catch {
      // It counts for nothing, so its criteria stay open; that it was changed is said by the manifest.
      return [];
    }
  });
}

/** What failed for a person counts like what a rule found. */
export function manualFindings(checks: readonly ManualCheck[]): FindingGroup[] {
  return checks.flatMap(({ id, title, result: found }): FindingGroup[] =>
    found?.result !== 'failed'
      ? []
      : [
          {
            kind: 'manual',
            rule: `${id} ${title}`,
            impact: null,
            element: null,
            snippet: null,
            what: `By ${found.person}, ${found.date}: ${found.note}`,
            fix: null,
            help: null,
            criteria: [`wcag${id.replaceAll('.', '')}`],
            ...{ pages: [], seenIn: [], scenarios: [], steps: [], count: 1, waiver: null },
          },
        ],
  );
}
