import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FieldTree } from './field.ts';
import type { RareSession } from './rare.ts';
import type { ScanResult } from './scan.ts';

const mostFields = 5_000;

/** What was done to the values of one field. */
export interface FieldCount {
  /** Method and route, and the selector that rules use: `GET /products/:id`, `path.2`. */
  route: string;
  field: string;
  type: string;
  method: string;
  values: number;
}

/** `anonymization.json`: what was replaced and how. Never holds an original value. */
export interface AnonymizeReport {
  format: 'shakedown.anonymization/1';
  sessions: number;
  requests: number;
  /** False: the key was made for this recording and thrown away. */
  keyGiven: boolean;
  replaced: number;
  fields: FieldCount[];
  /** Fields past the cap. */
  fieldsNotListed: number;
  vocabulary: {
    k: number;
    /** Different values kept. */
    values: number;
    /** Sightings that were not counted because the table was full: such values were replaced. */
    notCounted: number;
    /** How many values were kept where. */
    kept: { route: string; field: string; values: number }[];
  };
  /** Requests that ask for another path than before. */
  paths: {
    changed: number;
    /** Of these, for scripts, styles, pictures and fonts. */
    files: number;
    /** Of these, how many read only and were not answered with 404: they may be now, unless the target's data has the same pseudonyms. */
    expectedNotFound: number;
  };
  names: {
    /** Sightings of names of fields, parameters, cookies and headers that were replaced, or dropped with what they name. */
    replaced: number;
  };
  rare: {
    sessions: number;
    routesOfOneSession: number;
    /** The longest, capped. */
    listed: RareSession[];
  };
  canaries: {
    /** Planted by the anonymizer in a session of its own, which ran through the same steps. */
    planted: number;
    /** Of these, how many the scan sees when they are left in. */
    seenWhenLeft: number;
    /** And how many were left after anonymizing. */
    left: number;
  };
  scan: ScanResult;
}

/** Counts of all fields, the most frequent first. */
export function countFields(trees: Iterable<readonly [route: string, tree: FieldTree]>): FieldCount[] {
  const merged = new Map<string, FieldCount>();
  for (const [route, tree] of trees) {
    for (const field of tree.all()) {
      for (const [method, kinds] of field.counts) {
        for (const [type, values] of kinds) {
          const key = JSON.stringify([route, field.selector, type, method]);
          const known = merged.get(key);
          if (known === undefined) merged.set(key, { route, field: field.selector, type, method, values });
          else known.values += values;
        }
      }
    }
  }
  return [...merged.values()].sort((a, b) => b.values - a.values || (a.route + a.field < b.route + b.field ? -1 : 1));
}

export function splitCounts(counts: readonly FieldCount[]) {
  const kept = counts.filter((count) => count.type === 'vocabulary');
  return {
    fields: counts.slice(0, mostFields),
    fieldsNotListed: Math.max(0, counts.length - mostFields),
    kept: kept.slice(0, mostFields).map(({ route, field, values }) => ({ route, field, values })),
    replaced: counts.reduce((sum, { method, values }) => (method.startsWith('pseudonym') ? sum + values : sum), 0),
  };
}

export async function writeReport(folder: string, report: AnonymizeReport): Promise<void> {
  await writeFile(join(folder, 'anonymization.json'), `${JSON.stringify(report, null, 2)}\n`);
}
