import type { OpenRun } from '../../companion.ts';

/** Hosts that a run may send anything to. */
export function allowedHosts({ config, target }: Pick<OpenRun, 'config' | 'target'>): string[] {
  return [...config.target.allowHosts, new URL(target.baseUrl).host];
}
