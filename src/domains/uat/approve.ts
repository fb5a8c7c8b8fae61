import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { intactManifest } from '../../evidence/manifest.ts';
import type { LookResult } from '../../model/look.ts';
import { foldEvents } from './record.ts';
import { readUatEvents } from './start.ts';

/** Which visual snapshots; empty: all that differ from the approved ones. */
export interface LookChoice {
  scenarios: string[];
  /** Files without their ending, such as `start`. */
  names: string[];
}

export interface ApprovedLooks {
  /** Absolute paths that were written. */
  written: string[];
  /** Visual snapshots whose picture the run did not keep. */
  missing: LookResult[];
}

/**
 * Approves the visual snapshots of a run that differ from approved ones or have none: the very pictures of its report.
 * @param run folder of the run
 * @param scenarioFolder where `approved/` is or will be made
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
