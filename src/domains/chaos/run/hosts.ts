import type { ResolvedConfig } from '../../../model/config.ts';
import type { OpenRun } from '../../companion.ts';

/** Hosts that a run may send anything to. */
export function allowedHosts({ config, target }: Pick<OpenRun, 'config' | 'target'>): string[] {
  return [...config.target.allowHosts, new URL(target.baseUrl).host];
}

/** The same, before the target is opened. */
export function hostsOf({ target: { allowHosts, baseUrl } }: ResolvedConfig): string[] {
  return baseUrl === null ? [...allowHosts] : [...allowHosts, new URL(baseUrl).host];
}
