import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { intactManifest } from '../../evidence/manifest.ts';
import type { LookResult } from '../../model/look.ts';
import { foldEvents } from './record.ts';
import { readUatEvents } from './start.ts';

/** Which looks; empty: all that are not as approved. */
export interface LookChoice {
  scenarios: string[];
  /** Files without their ending, such as `start`. */
  names: string[];
}

export interface ApprovedLooks {
  /** Absolute paths that were written. */
  written: string[];
  /** Looks whose picture the run did not keep. */
  missing: LookResult[];
}

/**
 * Takes what a run saw, where it differs from what is approved or nothing is, for approved: the very pictures of its report.
 * @param run folder of the run
 * @param scenarioFolder where `approved/` is or comes to be
 * @throws ShakedownError NO_MANIFEST, EVIDENCE_CHANGED where the pictures are not those that the run left
 */
export function approveLooks(run: string, scenarioFolder: string, choice: LookChoice): ApprovedLooks {
  intactManifest(run, { act: 'approve' });
  const approved = resolve(scenarioFolder, 'approved');
  const written: string[] = [];
  const missing: LookResult[] = [];
  for (const look of foldEvents(readUatEvents(run)).looks) {
    if (look.state !== 'changed' && look.state !== 'nothing approved') continue;
    if (choice.scenarios.length > 0 && !choice.scenarios.includes(look.scenario)) continue;
    if (choice.names.length > 0 && !choice.names.includes(look.file.replace(/\.png$/, ''))) continue;
    const from = join(run, look.got?.path ?? '');
    const to = resolve(approved, `${look.browser}-${look.size}`, look.file);
    if (look.got?.path == null || !existsSync(from) || relative(approved, to).split(sep).includes('..')) {
      missing.push(look);
      continue;
    }
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
    written.push(to);
  }
  return { written, missing };
}
