import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FieldCount } from './field-counts.ts';
import type { ChangedRoute } from './path-counts.ts';
import type { RareSession } from './rare.ts';
import type { ScanResult } from './scan.ts';

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
    /** Routes that changed paths are of, most requested first. */
    routes: ChangedRoute[];
    /** Files that the target was asked for, and gave no answer: they were renamed, whether it has them or not. */
    unanswered: number;
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

export async function writeReport(folder: string, report: AnonymizeReport): Promise<void> {
  await writeFile(join(folder, 'anonymization.json'), `${JSON.stringify(report, null, 2)}\n`);
}
