import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type PackedInterval, readPackedLog } from '../../../stats/hlog.ts';

/** Earlier versions called them void and aside. */
const apart = /^(invalid|excluded|void|aside)\./;

/** One window, or several merged ones, of all routes or of one. */
export interface LoggedWindows {
  /** `all`, `r<index>` of a route, or `g<index>` of a group, whose answers are in those of its route too. */
  tag: string;
  /** Index of the first and of the last window that may be in it. */
  first: number;
  last: number;
  /** null for a window as it was closed: the journal says whether it counts. Merged ones either all count or all do not. */
  counts: boolean | null;
  /** Why merged ones do not count: invalid, or under a fault. null: not known here, or they count. */
  apart: 'invalid' | 'excluded' | null;
  /** V2 compressed base64. */
  payload: string;
}

/**
 * Streams one of a run's interval logs in the order of time, what is merged and what is not, each window once: an interval of which a window is
 * still in the log of recent ones was about to be merged when the harness was killed, and is passed over. A missing log has none.
 * @param folder `windows` in the run's folder
 */
export async function* readWindows(
  folder: string,
  name: 'response' | 'service',
  windowMs: number,
  onDamaged: () => void,
): AsyncGenerator<LoggedWindows> {
  const recent = new Map<string, Set<number>>();
  const waiting: LoggedWindows[] = [];
  for await (const found of logged(join(folder, `${name}.recent.hlog`), windowMs, onDamaged)) {
    waiting.push(found);
    const indices = recent.get(found.tag) ?? new Set<number>();
    recent.set(found.tag, indices.add(found.first));
  }
  waiting.sort((a, b) => b.first - a.first);
  for await (const found of logged(join(folder, `${name}.hlog`), windowMs, onDamaged)) {
    if (holdsAny(recent.get(found.tag), found)) continue;
    for (let next = waiting.at(-1); next !== undefined && next.first < found.first; next = waiting.at(-1)) {
      yield next;
      waiting.pop();
    }
    yield found;
  }
  yield* waiting.reverse();
}

async function* logged(file: string, windowMs: number, onDamaged: () => void): AsyncGenerator<LoggedWindows> {
  if (!existsSync(file)) return;
  for await (const interval of readPackedLog(file, onDamaged)) yield placed(interval, windowMs);
}

function placed({ tag, startSec, lengthSec, payload }: PackedInterval, windowMs: number): LoggedWindows {
  const first = Math.round((startSec * 1000) / windowMs);
  const windows = Math.max(1, Math.round((lengthSec * 1000) / windowMs));
  const last = first + windows - 1;
  const why = apart.exec(tag)?.[1];
  if (why !== undefined)
    return {
      tag: tag.replace(apart, ''),
      first,
      last,
      counts: false,
      apart: why === 'invalid' || why === 'void' ? 'invalid' : 'excluded',
      payload,
    };
  return { tag, first, last, counts: windows > 1 ? true : null, apart: null, payload };
}

function holdsAny(indices: ReadonlySet<number> | undefined, { first, last }: LoggedWindows): boolean {
  if (indices === undefined) return false;
  for (let index = first; index <= last; index++) if (indices.has(index)) return true;
  return false;
}
