import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumProgram } from '../../environment/browser-programs.ts';
import { ownProgram } from '../../environment/own-files.ts';
import type { Teardown } from '../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { ShakedownError } from '../../model/error.ts';
import type { SuiteKind, SuiteSettings } from './settings.ts';

const timeoutMs = 120_000;

type Sample = NonNullable<ResolvedConfig['target']['sample']>;

/**
 * The sample shop's own suite of a kind: programs for Node's test runner, in `src/sample/suites`, that write JUnit's XML.
 * @throws ShakedownError UAT_NO_BROWSER for the pages, where there is no Chromium
 */
export async function sampleSuite(sample: Sample, kind: SuiteKind, teardown: Teardown): Promise<SuiteSettings> {
  if (kind === 'ui') {
    const found = await chromiumProgram();
    if (typeof found === 'string') {
      throw new ShakedownError('UAT_NO_BROWSER', `There is no Chromium for the tests of the pages: ${found}.`, {
        hint: 'Install it with `npx playwright install chromium`, or name one with SHAKEDOWN_CHROMIUM.',
      });
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-suite-'));
  teardown.before(`files of the sample's ${kind} suite`, () => rm(folder, { recursive: true, force: true }));
  const own = ownProgram(`../../sample/suites/${kind}.ts`, import.meta.url);
  const [file = ''] = own.slice(-1);
  const results = `${kind}.xml`;
  const reporters = ['--test-reporter=junit', `--test-reporter-destination=${results}`];
  const covers = kind === 'unit';
  const lcov = 'lcov.info';
  const coverage = ['--experimental-test-coverage', '--test-reporter=lcov', `--test-reporter-destination=${lcov}`];
  return {
    name: `sample shop, ${kind}`,
    kind,
    command: [process.execPath, ...own.slice(0, -1), '--test', ...reporters, ...(covers ? coverage : []), file],
    folder,
    env: { SHAKEDOWN_SAMPLE_DEFECTS: sample.defects, SHAKEDOWN_SAMPLE_VERSION: sample.version },
    timeoutMs,
    results: [results],
    format: 'junit',
    coverage: covers
      ? {
          ...{ file: lcov, minimum: null, sources: [] },
          exclude: [{ files: '**/suites/*', reason: 'the suites themselves' }],
        }
      : null,
    ...{ minimumTests: 3, passRate: 95, needsTarget: kind !== 'unit', gone: [] },
  };
}
