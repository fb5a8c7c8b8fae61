import { cpus, totalmem } from 'node:os';
import type { HostInfo } from '../../model/results.ts';

/** The machine that the harness and the load generator run on. */
export function hostInfo(): HostInfo {
  const cores = cpus();
  const cpuModel = cores[0]?.model.trim() ?? '';
  return {
    cpus: cores.length,
    ...(cpuModel === '' ? {} : { cpuModel }),
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}
