import { findK6 } from '../../environment/programs.ts';
import type { Teardown } from '../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { EngineInfo } from '../../model/results.ts';
import { type ClusterLoad, clusterEngine } from './cluster.ts';
import type { ChosenEngine, EngineSearch } from './run.ts';

const stockNote =
  'A stock k6: samples come as lines on its output, which costs the generator more than the build with Shakedown’s own output.';
const fallbackNote =
  'Made on the fallback engine, autocannon: requests are sent at a fixed rate without sessions or recorded times. It cannot certify anything.';

/**
 * Finds k6, or falls back on autocannon where the configuration leaves the choice.
 * @throws ShakedownError K6_MISSING when k6 is asked for and cannot be had
 */
export async function chooseEngine(
  config: ResolvedConfig,
  search: EngineSearch,
  teardown: Teardown,
  load: ClusterLoad,
): Promise<ChosenEngine> {
  const { prefer } = config.engine;
  if (prefer === 'kubernetes' || prefer === 'k6-operator') return clusterEngine(config, load, search, teardown);
  if (config.engine.prefer !== 'autocannon') {
    const k6 = await findK6({
      k6Path: config.engine.k6Path,
      signal: search.signal,
      onProgress: search.phase,
      onWarning: search.warn,
    });
    if (k6 !== null) {
      const { name, version, build, origin } = { name: 'k6' as const, ...k6 };
      const info: EngineInfo = { name, version, build, certifiable: true, note: build === 'stock' ? stockNote : null };
      const how = build === 'shakedown' ? `${origin}, with Shakedown’s output` : `${origin}, stock`;
      return { info, run: { name: 'k6', k6 }, programs: [{ name, version, origin: how }] };
    }
    if (config.engine.prefer === 'k6') {
      throw new ShakedownError('K6_MISSING', 'k6 replays the traffic, and there is none and no way to get it.', {
        hint: 'Install k6 or Go, or name a k6 with SHAKEDOWN_K6; `shakedown doctor` says more.',
        exitCode: exitCodes.missingProgram,
      });
    }
  }
  const { autocannonVersion } = await import('./autocannon.ts');
  const version = autocannonVersion();
  const info: EngineInfo = { name: 'autocannon', version, build: 'embedded', certifiable: false, note: fallbackNote };
  return { info, run: { name: 'autocannon' }, programs: [{ name: 'autocannon', version, origin: 'npm package' }] };
}
