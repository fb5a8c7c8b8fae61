// What watching costs: the sample suite by `shakedown uat run`, with its checks and without, beside the same files and configuration under a bare
// `playwright test` that looks at nothing. `npm run bench:uat`; `-- --rounds 4`; `-- --quick`: two scenarios at one size, to see that it works.
// `-- --suite <folder> --app <folder> --address <url>`: another suite than the sample's, as written for Playwright alone. Its files are read from where
// they are, its application is served from there in place of that address; the bare run is then Playwright with a configuration of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSample } from '../../../src/sample/start.ts';
import { warmUp } from '../../../src/sample/warm-up.ts';
import { layOut } from './outside.ts';
import { told } from './told.ts';
import { type Ran, root, runSuite, type Suite, ways } from './ways.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    browser: { type: 'string', default: 'chromium' },
    scenario: { type: 'string' },
    size: { type: 'string' },
    suite: { type: 'string' },
    app: { type: 'string' },
    address: { type: 'string', default: 'http://localhost' },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 2));
const sizes =
  values.size?.split(',') ??
  (values.quick || values.suite !== undefined ? ['desktop'] : ['phone', 'tablet', 'desktop']);
const scenarios =
  values.scenario?.split(',') ?? (values.quick && values.suite === undefined ? ['SHOP-01', 'SHOP-03'] : []);
const { signal } = new AbortController();
const folder = await mkdtemp(join(tmpdir(), 'shakedown-bench-uat-'));
let stop = async () => {};
try {
  const target = values.suite === undefined ? await sampleTarget() : await outsideTarget(values.suite);
  stop = target.stop;
  const { baseUrl, outside } = target;
  const suite: Suite = { baseUrl, browser: values.browser, sizes, scenarios, outside };
  const ran: Ran[] = [];
  for (let round = 0; round < rounds; round++) {
    // There and back, so that what changes by and by, of the machine or of the shop, falls on all alike.
    for (const way of [...ways, ...ways.toReversed()]) {
      const one = await runSuite(way, suite, join(folder, `${ran.length}`));
      ran.push(one);
      console.error(
        `round ${round + 1} of ${rounds}: ${way} ${(one.wallMs / 1000).toFixed(1)} s, CPU ${one.cpuSeconds.toFixed(1)} s`,
      );
    }
  }
  for (const line of told(ran)) console.log(line);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await stop();
  await rm(folder, { recursive: true, force: true });
}

async function sampleTarget() {
  const sample = await startSample({ version: 'v2.1.0', signal });
  await warmUp(sample.baseUrl, 2500, signal);
  return { baseUrl: sample.baseUrl, stop: sample.stop, outside: null };
}

async function outsideTarget(folderOfSuite: string) {
  if (values.app === undefined) throw new Error('--suite needs --app: the folder of the application that it is for.');
  const outside = await layOut({
    suite: folderOfSuite,
    app: values.app,
    address: values.address,
    browser: values.browser,
    sizes,
    root,
    folder: join(folder, 'suite'),
  });
  return { baseUrl: outside.baseUrl, stop: async () => outside.stop(), outside };
}
