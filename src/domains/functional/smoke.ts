import { join } from 'node:path';
import type { Teardown } from '../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { firstError } from '../../model/error.ts';
import type { Verdict } from '../../model/verdict.ts';
import { verdictOf } from '../part.ts';
import { sampleSuite } from './sample-suites.ts';
import { judgeSuite, testsOf } from './suite/judge.ts';
import { runSuite, slugOf } from './suite/run.ts';

interface SmokeAbout {
  readonly config: Pick<ResolvedConfig, 'functional' | 'baselines' | 'target'>;
  /** What is tested; its own address, before it gets traffic. */
  readonly baseUrl: string;
  readonly version: string;
  /** For what the suites leave. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly teardown: Teardown;
}

/** What one suite came to. */
interface SmokeResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** Of the worst of its checks, a sentence. */
  readonly reason: string;
  readonly passed: number;
  readonly tests: number;
}

/** Runs the suites of kind smoke on one version; those of the sample shop where it is the target and none are configured. @returns empty: there are none */
export async function smokeTest(about: SmokeAbout): Promise<SmokeResult[]> {
  const { config, baseUrl, version, signal, teardown } = about;
  const { suites } = config.functional;
  const { sample } = config.target;
  const own = suites.filter(({ kind }) => kind === 'smoke');
  const isSample = suites.length === 0 && sample !== null;
  const known = version === 'v2.0.0' || version === 'v2.1.0' ? version : sample?.version;
  const all =
    isSample && known !== undefined ? [await sampleSuite({ ...sample, version: known }, 'smoke', teardown)] : own;
  const results: SmokeResult[] = [];
  for (const suite of all) {
    signal.throwIfAborted();
    const nothing = { name: suite.name, passed: 0, tests: 0 };
    try {
      const evidence = await runSuite({
        ...{ suite, version, signal, baseUrl: suite.needsTarget ? baseUrl : null },
        folder: join(about.folder, slugOf(suite.kind, suite.name)),
        historyFolder: join(config.baselines.folder, 'functional'),
      });
      const checks = judgeSuite(evidence);
      const verdict = verdictOf(checks);
      const worst = checks.find((one) => one.verdict === verdict);
      const { passed } = evidence.counts;
      results.push({ name: suite.name, verdict, reason: worst?.reason ?? '', passed, tests: testsOf(evidence) });
    } catch (error) {
      signal.throwIfAborted();
      results.push({ ...nothing, verdict: 'inconclusive', reason: firstError(error).message });
    }
  }
  return results;
}
