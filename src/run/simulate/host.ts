import { cpus, totalmem } from 'node:os';
import type { HostInfo } from '../../model/results.ts';

/** The machine that the harness and the load generator run on. */
export function hostInfo(): HostInfo {
  return {
    cpus: cpus().length,
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}
