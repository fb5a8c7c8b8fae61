import { grouped, inBytes, list } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import { type Check, check } from '../../part.ts';
import type { Of } from './evidence.ts';
import type { Seen } from './shown.ts';

/** With fewer rows before or after the moment, a restore shows little. */
const rowsAtLeast = 50;
/** The first is the primary's, the second begins with the first restore, the third with one of the second. */
const thirdTimeline = 3;

/** The backup, its control, and the restore. */
export function ofBackup({ of }: Pick<Seen, 'of'>): Check[] {
  const [verified, [backup], restored] = [of('verified'), of('backup'), of('restored')];
  const at = (moment: Of<'restored'>['of']) => restored.find((each) => each.of === moment);
  return [
    taken(backup),
    good(verified.filter(({ what }) => what === 'backup')),
    control(verified.filter(({ what }) => what === 'damaged')),
    back('restored', 'A restore brings back the moment before a mistake', at('mistake')),
    ofTimeline(at('new timeline')),
  ];
}

function taken(backup: Of<'backup'> | undefined): Check {
  const [id, title] = ['backup-taken', 'A base backup is taken under load'];
  if (backup === undefined) return check(id, title, 'inconclusive', 'None was taken.');
  const { by, tookMs, files, bytes, writes } = backup;
  if (writes === 0) return check(id, title, 'inconclusive', 'No write was acknowledged meanwhile.');
  const reason = `${inBytes(bytes)} in ${grouped(files)} files by ${by}, in ${duration(tookMs)}; ${grouped(writes)} writes were acknowledged meanwhile.`;
  return check(id, title, 'pass', reason);
}

function good(all: readonly Of<'verified'>[]): Check {
  const [id, title] = ['backup-verified', 'The backup is what its manifest says'];
  if (all.length === 0) return check(id, title, 'inconclusive', 'It was not checked.');
  const bad = all.find(({ problems }) => problems.length > 0);
  if (bad !== undefined) return check(id, title, 'fail', `By ${words(bad.by)}: ${bad.problems.join('; ')}.`);
  const files = Math.min(...all.map((each) => each.files));
  if (files === 0) return check(id, title, 'inconclusive', 'Its manifest names no file.');
  const reason = `${grouped(files)} files, their sizes and checksums, by ${list(all.map(({ by }) => words(by)))}.`;
  return check(id, title, 'pass', reason);
}

function words(by: Of<'verified'>['by']): string {
  return by === 'manifest' ? "Shakedown's own reading of the manifest" : by;
}

function control(all: readonly Of<'verified'>[]): Check {
  const [id, title] = ['backup-control', 'A backup with one changed byte is refused'];
  if (all.length === 0) return check(id, title, 'inconclusive', 'It was not tried.');
  const blind = all.find(({ problems }) => problems.length === 0);
  if (blind !== undefined) {
    return check(id, title, 'fail', `${words(blind.by)} did not see that a byte of ${blind.changed} was changed.`);
  }
  return check(id, title, 'pass', `${all[0]?.problems[0]}.`);
}

/** A base backup from before a failover or a restore is of use only where WAL is followed into the new timeline. */
function ofTimeline(restored: Of<'restored'> | undefined): Check {
  const [id, title] = ['restored-timeline', 'The same backup brings back a moment on the timeline after that restore'];
  const found = back(id, title, restored);
  if (found.verdict !== 'pass' || restored === undefined) return found;
  if (restored.timeline >= thirdTimeline) return found;
  return check(id, title, 'inconclusive', `It is on timeline ${restored.timeline}, so no two were replayed.`);
}

function back(id: string, title: string, restored: Of<'restored'> | undefined): Check {
  if (restored === undefined) return check(id, title, 'inconclusive', 'It was not tried.');
  const { before, missing, after, extra, error, archived, copyMs, replayMs } = restored;
  if (error !== null) return check(id, title, 'fail', `It could not be restored: ${error}.`);
  if (missing > 0 || extra > 0) {
    const reason = `${grouped(missing)} of ${grouped(before)} rows from before the moment are missing, and ${grouped(extra)} of ${grouped(after)} from after it are there.`;
    return check(id, title, 'fail', reason);
  }
  if (before < rowsAtLeast || after < rowsAtLeast) {
    const reason = `Only ${grouped(before)} rows were written before the moment and ${grouped(after)} after it; ${rowsAtLeast} each are needed.`;
    return check(id, title, 'inconclusive', reason);
  }
  const reason = `All ${grouped(before)} rows from before the moment are there, though they were deleted after it, and none of the ${grouped(after)} from after it. ${grouped(archived)} WAL files were archived; copied in ${duration(copyMs)}, replayed in ${duration(replayMs)}.`;
  return check(id, title, 'pass', reason);
}
