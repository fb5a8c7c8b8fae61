import { amount, duration, grouped, list } from '../../../gate/words.ts';
import type { JournalData } from '../../../model/event.ts';
import type { WindowResult } from '../../../model/results.ts';
import type { LoadSection, LostGenerator } from '../section.ts';

const lostAtMost = 2000;
const namedAtMost = 3;

/** Load generators that died, and what was lost because of each. */
export class LostGenerators {
  readonly list: LostGenerator[] = [];

  add(event: JournalData): void {
    if (event.type === 'shakedown.generator.ended') {
      const { atMs, shard, reason, lost } = event.data;
      if (this.list.length < lostAtMost)
        this.list.push({ atMs, shard, reason, fromMs: atMs, toMs: atMs, lost, isLeast: true });
    }
    if (event.type === 'shakedown.generator.lost') {
      const { atMs, shard, fromMs, toMs, lost } = event.data;
      const known = this.list.find((one) => one.atMs === atMs && one.shard === shard);
      if (known === undefined) return;
      Object.assign(known, { fromMs, toMs: Math.max(fromMs, toMs), lost });
      delete known.isLeast;
    }
  }
}

/** Requests that were lost with load generators. */
export function lostRequests(generators: readonly LostGenerator[], windows: readonly WindowResult[]): number {
  const told = generators.reduce((sum, one) => sum + one.lost, 0);
  // Of one that nothing more was told of after its end, windows may know more.
  const lost = generators.some(({ isLeast }) => isLeast) ? Math.max(told, lostIn(windows)) : told;
  const unsent = windows.reduce((sum, window) => sum + window.unsent, 0);
  // Where the run was cut off, what was planned for after that was not lost: no more than is missing in its windows.
  return unsent === 0 ? lost : Math.min(lost, unsent);
}

/** Of what was planned, the share that no load generator was there for, 0 … 1. */
export function lostShare(generators: readonly LostGenerator[], windows: readonly WindowResult[]): number {
  const planned = windows.reduce((sum, window) => sum + window.planned, 0);
  return planned === 0 ? 0 : Math.min(1, lostRequests(generators, windows) / planned);
}

/** `1,305 of 11,800 requests (11 %) were lost, because a load generator died: from 14.0 s to 34.2 s.` */
export function lostLines(
  { lostGenerators = [] }: Pick<LoadSection, 'lostGenerators'>,
  { windows }: { windows: readonly WindowResult[] },
): string[] {
  const lost = lostGenerators.filter((one) => one.lost > 0 || one.isLeast);
  if (lost.length === 0) return [];
  const planned = windows.reduce((sum, window) => sum + window.planned, 0);
  const requests = lostRequests(lost, windows);
  const share = planned === 0 ? '' : ` (${amount((100 * requests) / planned, '%')})`;
  const who = lost.length === 1 ? 'a load generator' : `${lost.length} load generators`;
  const more = lost.length > namedAtMost ? [`${lost.length - namedAtMost} more times`] : [];
  const when = list([...lost.slice(0, namedAtMost).map(timeOf), ...more]);
  if (requests === 0) return [`It is not known how much was lost because ${who} died: ${when}.`];
  const least = lost.some(({ isLeast }) => isLeast) ? 'At least ' : '';
  return [
    `${least}${grouped(requests)} of ${grouped(planned)} requests${share} were lost, because ${who} died: ${when}.`,
  ];
}

/** Why windows next to each other are invalid, in one line. */
export function invalidLabel(windows: readonly WindowResult[], generators: readonly LostGenerator[]): string {
  const lost = lostIn(windows);
  const [first] = windows;
  const last = windows.at(-1);
  if (first === undefined || last === undefined) return '';
  const late = windows.find((window) => (window.lost ?? 0) === 0)?.invalid ?? null;
  if (lost === 0) return first.invalid ?? '';
  const planned = windows.reduce((sum, window) => sum + window.planned, 0);
  const endMs = last.startMs + last.durationMs;
  const when = generators.filter((one) => one.lost > 0 && one.fromMs < endMs && one.toMs >= first.startMs).map(timeOf);
  const words = `${grouped(lost)} of ${grouped(planned)} requests were lost with a load generator that died`;
  return `${words}${when.length === 0 ? '' : `, ${list(when.slice(0, namedAtMost))}`}${late === null ? '' : `; ${late}`}`;
}

function lostIn(windows: readonly WindowResult[]): number {
  return windows.reduce((sum, { lost = 0 }) => sum + lost, 0);
}

function timeOf({ fromMs, toMs, isLeast }: LostGenerator): string {
  return isLeast ? `from ${after(fromMs)} on` : `from ${after(fromMs)} to ${after(toMs)}`;
}

/** To a tenth of a second: what is lost lasts some seconds, in windows of up to a minute. */
function after(ms: number): string {
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${duration(Math.floor(ms / 60_000) * 60_000)} ${((ms % 60_000) / 1000).toFixed(1)} s`;
}
