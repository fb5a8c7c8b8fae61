import { cpus } from 'node:os';
import type { MetricDescription } from '../../../model/watch.ts';
import { Descent, descriptorLimit, memoryLimit, type ProcessFigures, readProcess } from './proc.ts';
import { type Reading, ReadingBuilder, type WatchSource } from './source.ts';

/** Processes that are one thing to their user: an instance, a database with its backends. */
export interface WatchedProcess {
  /** `shop-1`; begins the ids of its metrics. */
  name: string;
  subject: MetricDescription['subject'];
  /** Asked at every reading: a restarted process has another one. */
  pids(): number[];
  /** Count the processes that descend from them too. */
  children: boolean;
  /** Others take their place as a matter of course: nothing is said of it. */
  changes?: boolean;
}

interface Seen {
  byKey: Map<string, ProcessFigures>;
  pids: string;
  gone: boolean;
  descriptorLimit: number | null;
  memoryLimit: number | null;
  /** Descriptors count against the limit of one process, so the fullest one counts. */
  limitsOf: string;
  /** Disk figures that were ever above zero; the others would only fill the journal. */
  withDisk: Set<string>;
}

/**
 * Watches local processes through /proc: CPU, memory, descriptors, threads, disk. Memory is resident; what the processes of one name share
 * is counted once, the largest share. A process that goes away leaves a mark, and its figures end.
 */
export function watchProcesses(watched: readonly WatchedProcess[], descent = new Descent()): WatchSource {
  const seen = new Map<string, Seen>();
  let lastMs: number | null = null;
  return {
    read(atMs): Reading {
      const builder = new ReadingBuilder();
      const elapsedS = lastMs === null ? null : (atMs - lastMs) / 1000;
      lastMs = atMs;
      for (const one of watched) {
        const before = seen.get(one.name) ?? nothingSeen();
        seen.set(one.name, before);
        readGroup(one, before, elapsedS, builder, descent);
      }
      addTogether(watched, builder);
      return builder.reading;
    },
  };
}

/** CPU of the target's processes together: alone it has a limit, the cores of the machine, that no single one of them can reach. */
function addTogether(watched: readonly WatchedProcess[], builder: ReadingBuilder): void {
  const names = watched.filter(({ subject }) => subject === 'target').map(({ name }) => name);
  const cores = names.map((name) => builder.reading.values[`${name}.cpu`]).filter((value) => value !== undefined);
  if (cores.length === 0) return;
  const metric: MetricDescription = {
    id: 'target.cpu',
    title: 'CPU of all watched processes of the target',
    kind: 'cpu',
    unit: 'cores',
    subject: 'target',
    instance: null,
    source: '/proc',
    limit: cpus().length,
  };
  builder.add(
    metric,
    cores.reduce((total, value) => total + value, 0),
  );
}

function nothingSeen(): Seen {
  return {
    byKey: new Map(),
    pids: '',
    gone: false,
    descriptorLimit: null,
    memoryLimit: null,
    limitsOf: '',
    withDisk: new Set(),
  };
}

function readGroup(
  one: WatchedProcess,
  seen: Seen,
  elapsedS: number | null,
  builder: ReadingBuilder,
  descent: Descent,
): void {
  const roots = one.pids();
  const pids = one.children ? [...new Set(roots.flatMap((pid) => descent.treeOf(pid)))] : roots;
  const now = pids.map(readProcess).filter((figures) => figures !== null);
  const rootFigures = now.filter(({ pid }) => roots.includes(pid));
  noteChanges(one, seen, rootFigures, builder);
  const byKey = new Map(now.map((figures) => [keyOf(figures), figures]));
  const before = seen.byKey;
  seen.byKey = byKey;
  const [first] = rootFigures;
  if (first === undefined) return;
  if (seen.limitsOf !== keyOf(first)) {
    seen.limitsOf = keyOf(first);
    seen.descriptorLimit = descriptorLimit(first.pid);
    seen.memoryLimit = one.subject === 'target' ? memoryLimit(first.pid) : null;
  }
  const source = `/proc of pid ${first.pid}${now.length > 1 ? ` and ${now.length - 1} more` : ''}`;
  const metric = (
    rest: Pick<MetricDescription, 'kind' | 'unit'> & { id: string; words: string; limit?: number | null },
  ) => ({
    id: `${one.name}.${rest.id}`,
    title: `${one.name} ${rest.words}`,
    kind: rest.kind,
    unit: rest.unit,
    subject: one.subject,
    instance: one.name,
    source,
    limit: rest.limit ?? null,
  });
  const grown = (of: (figures: ProcessFigures) => number | null): number | null => {
    if (elapsedS === null || elapsedS <= 0 || before.size === 0) return null;
    let sum = 0;
    for (const [key, figures] of byKey) {
      const value = of(figures);
      if (value === null) return null;
      const last = before.get(key);
      // One that started since did all of it since.
      sum += Math.max(0, value - (last === undefined ? 0 : (of(last) ?? value)));
    }
    return sum / elapsedS;
  };
  builder.add(
    metric({ id: 'cpu', words: 'CPU', kind: 'cpu', unit: 'cores' }),
    grown((figures) => figures.cpuSeconds),
  );
  const memory = sum(now, (figures) => figures.ownBytes) + Math.max(...now.map((figures) => figures.sharedBytes));
  builder.add(
    metric({ id: 'memory', words: 'memory', kind: 'memory', unit: 'bytes', limit: seen.memoryLimit }),
    memory,
  );
  const open = now.map(({ descriptors }) => descriptors).filter((count) => count !== null);
  builder.add(
    metric({ id: 'fds', words: 'open files', kind: 'descriptors', unit: 'count', limit: seen.descriptorLimit }),
    open.length === 0 ? null : Math.max(...open),
  );
  builder.add(
    metric({ id: 'threads', words: 'threads', kind: 'threads', unit: 'count' }),
    sum(now, (f) => f.threads),
  );
  const disk = [
    { id: 'read', words: 'disk reads', value: grown((figures) => figures.diskReadBytes) },
    { id: 'write', words: 'disk writes', value: grown((figures) => figures.diskWriteBytes) },
  ];
  for (const { value, ...names } of disk) {
    if ((value ?? 0) > 0) seen.withDisk.add(names.id);
    if (seen.withDisk.has(names.id)) builder.add(metric({ ...names, kind: 'disk', unit: 'bytes/s' }), value);
  }
}

function noteChanges(one: WatchedProcess, seen: Seen, roots: readonly ProcessFigures[], builder: ReadingBuilder): void {
  const pids = roots.map(keyOf).join(' ');
  if (one.changes !== true) {
    const { marks, processes } = builder.reading;
    const changed = (state: Reading['processes'][number]['state'], words: string) => {
      marks.push(`${one.name} ${words}`);
      if (one.subject === 'target') processes.push({ name: one.name, state });
    };
    if (pids === '' && !seen.gone && seen.pids !== '') changed('gone', 'went away');
    else if (pids !== '' && seen.gone) changed('back', 'is back');
    else if (pids !== '' && seen.pids !== '' && pids !== seen.pids) changed('restarted', 'was restarted');
    if (pids === '' && seen.pids === '') builder.reading.troubles.push(`${one.name} has no process to watch.`);
  }
  seen.gone = pids === '' && seen.pids !== '';
  if (pids !== '') seen.pids = pids;
}

/** A pid is used again; with its start it names one process. */
function keyOf({ pid, startTicks }: ProcessFigures): string {
  return `${pid}@${startTicks}`;
}

function sum(all: readonly ProcessFigures[], of: (figures: ProcessFigures) => number): number {
  return all.reduce((total, figures) => total + of(figures), 0);
}

/**
 * The process that has a pid now, for as long as it lives: an unrelated one that is given the number later is not it.
 * @returns to be asked for the pid: none when the process is gone
 */
export function sameProcess(pid: number): () => number[] {
  const start = readProcess(pid)?.startTicks;
  return () => (start !== undefined && readProcess(pid)?.startTicks === start ? [pid] : []);
}
