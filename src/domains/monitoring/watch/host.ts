import { statfsSync } from 'node:fs';
import { cpus } from 'node:os';
import { readProc } from '../../../environment/processes.ts';
import type { MetricDescription } from '../../../model/watch.ts';
import { memoryInfo } from './proc.ts';
import { Rates, type Reading, ReadingBuilder, type WatchSource } from './source.ts';

/**
 * Watches the machine that Shakedown runs on: CPU, memory that is taken (not counting what can be had back), network bytes of all
 * interfaces but the loopback, and the file system of `folder`, whose end would be the run's.
 */
export function watchHost(folder: string): WatchSource {
  const rates = new Rates();
  const cores = cpus().length;
  return {
    read(atMs): Reading {
      const builder = new ReadingBuilder();
      const metric = (
        id: string,
        words: string,
        rest: Pick<MetricDescription, 'kind' | 'unit' | 'source'> & { limit?: number | null },
      ): MetricDescription => ({
        id: `host.${id}`,
        title: `host ${words}`,
        subject: 'harness',
        instance: 'host',
        ...rest,
        limit: rest.limit ?? null,
      });
      const busy = busySeconds();
      if (busy !== null) {
        const cpu = metric('cpu', 'CPU', { kind: 'cpu', unit: 'cores', source: '/proc/stat', limit: cores });
        builder.add(cpu, rates.of('cpu', atMs, busy));
      }
      const total = memoryInfo('MemTotal');
      const available = memoryInfo('MemAvailable');
      if (total !== null && available !== null) {
        const source = '/proc/meminfo';
        builder.add(
          metric('memory', 'memory', { kind: 'memory', unit: 'bytes', source, limit: total }),
          total - available,
        );
      }
      const disk = diskOf(folder);
      if (disk !== null) {
        const source = `file system of ${folder}`;
        builder.add(
          metric('disk', 'disk of the run folder', { kind: 'disk', unit: 'bytes', source, limit: disk.limit }),
          disk.used,
        );
      }
      const network = networkBytes();
      if (network !== null) {
        const source = '/proc/net/dev';
        const described = { kind: 'network', unit: 'bytes/s', source } as const;
        builder.add(metric('net-in', 'network in', described), rates.of('in', atMs, network.received));
        builder.add(metric('net-out', 'network out', described), rates.of('out', atMs, network.sent));
      }
      return builder.reading;
    },
  };
}

/** Seconds that all cores together were not idle; time given to other machines of the host counts, for it is not to be had. */
function busySeconds(): number | null {
  const line = /^cpu +(.*)$/m.exec(readProc('/proc/stat') ?? '')?.[1];
  if (line === undefined) return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(' ').map(Number);
  return (user + nice + system + irq + softirq + steal) / 100;
}

/** Bytes; what is kept back for the administrator is not to be had, so the limit lies below the size. */
function diskOf(folder: string): { used: number; limit: number } | null {
  try {
    const { bsize, blocks, bfree, bavail } = statfsSync(folder);
    const used = (blocks - bfree) * bsize;
    return { used, limit: used + bavail * bsize };
  } catch {
    return null;
  }
}

function networkBytes(): { received: number; sent: number } | null {
  const text = readProc('/proc/net/dev');
  if (text === null) return null;
  const total = { received: 0, sent: 0 };
  for (const [, name = '', figures = ''] of text.matchAll(/^\s*([^\s:|]+):\s*(.+)$/gm)) {
    if (name === 'lo') continue;
    const fields = figures.split(/\s+/).map(Number);
    total.received += fields[0] ?? 0;
    total.sent += fields[8] ?? 0;
  }
  return total;
}
