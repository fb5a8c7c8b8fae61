import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { readProc as read } from '../../../src/environment/processes.ts';

const lookEveryMs = 100;
const ticksPerSecond = 100;

interface Seen {
  parent: Seen | null;
  /** Ticks of its own, and of those that it has waited for, as they were last. */
  own: number;
  reaped: number;
  lastLook: number;
}

/** CPU time of a process and all that it starts until `ended`, in seconds, browsers among them; NaN where /proc does not say. */
export async function cpuOf(pid: number, ended: Promise<unknown>): Promise<number> {
  const seen = new Map<string, Seen>();
  let isOver = false;
  const over = ended.then(
    () => {},
    () => {},
  );
  over.then(() => {
    isOver = true;
  });
  for (let at = 0; !isOver; at++) {
    look(pid, seen, at);
    await Promise.race([wait(lookEveryMs), over]);
  }
  const all = [...seen.values()];
  // A browser's processes are often gone before they are looked at again; then who waited for them knows their time. Those whose parent was the
  // first to go are known only as they were last seen.
  const timeOf = (of: Seen): number => {
    const children = all.filter(({ parent }) => parent === of);
    const sum = (some: Seen[]) => some.reduce((ticks, each) => ticks + timeOf(each), 0);
    const gone = children.filter(({ lastLook }) => lastLook < of.lastLook);
    return of.own + Math.max(of.reaped, sum(gone)) + sum(children.filter((each) => !gone.includes(each)));
  };
  const roots = all.filter(({ parent }) => parent === null);
  return roots.length === 0 ? Number.NaN : roots.reduce((ticks, each) => ticks + timeOf(each), 0) / ticksPerSecond;
}

/** Takes in what the table of processes says now (proc(5)); what was once found to descend from `pid` stays, whoever its parent is then. */
function look(pid: number, seen: Map<string, Seen>, at: number): void {
  const table = new Map<number, { key: string; parentPid: number; own: number; reaped: number }>();
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : null;
    if (stat === null) continue;
    // The name, in brackets, may hold anything; the figures begin after the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [own, reaped] = [Number(fields[11]) + Number(fields[12]), Number(fields[13]) + Number(fields[14])];
    table.set(Number(entry), { key: `${entry} ${fields[19]}`, parentPid: Number(fields[1]), own, reaped });
  }
  const take = (of: number, depth: number): Seen | null => {
    const row = table.get(of);
    if (row === undefined || depth > 40) return null;
    let known = seen.get(row.key);
    if (known === undefined) {
      const parent = of === pid ? null : take(row.parentPid, depth + 1);
      if (of !== pid && parent === null) return null;
      known = { parent, own: 0, reaped: 0, lastLook: at };
      seen.set(row.key, known);
    }
    Object.assign(known, { own: row.own, reaped: row.reaped, lastLook: at });
    return known;
  };
  for (const each of table.keys()) take(each, 0);
}
