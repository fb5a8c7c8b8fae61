import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { contracts } from '../../../src/domains/integration/contracts/part.ts';
import { services } from '../../../src/domains/integration/services/part.ts';
import type { Check } from '../../../src/domains/part.ts';
import { nginxOnPath } from '../../../src/environment/nginx.ts';
import { findScanner } from '../../../src/environment/scanners/scanners.ts';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import type { SampleVersion } from '../../../src/model/sample-system.ts';
import { domains } from '../../../src/run/domains.ts';
import { parseDefects } from '../../../src/sample/defects.ts';
import { startSample } from '../../../src/sample/start.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contracts-sample-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hasSchemathesis = (await findScanner('schemathesis')) !== null;
const hasNginx = nginxOnPath() !== undefined;

/** Does a part on the running shop, as it is declared for the sample system. */
async function judged(part: typeof contracts, version: SampleVersion, defects: string) {
  const overrides = { 'target.sample.version': version };
  const { config } = await loadConfig({ cwd: folder, domains, overrides });
  const system = await startSample({ instances: 1, version, defects: parseDefects(defects) });
  const evidence: { atMs: number; data: unknown }[] = [];
  try {
    await withTeardown(async (teardown) => {
      const context = { config, folder, projectFolder: folder, teardown, signal: new AbortController().signal };
      const more = { record: (data: unknown) => evidence.push({ atMs: 0, data }), mark: () => {}, phase: () => {} };
      const target = async () => ({ baseUrl: system.baseUrl, sample: system });
      await part.run({ ...context, ...more, target } as never);
    });
  } finally {
    await system.stop();
  }
  const read = evidence.map(({ atMs, data }) => ({ atMs, data: part.evidence.parse(data) }));
  return part.judge(read, true);
}

const short = ({ id, verdict, reason }: Check) => `${verdict} ${id}: ${reason}`;

it.each(['v2.0.0', 'v2.1.0'] as const)('the document of the sample shop %s is true', async (version) => {
  const { checks, coverage } = await judged(contracts, version, 'none');
  expect(checks.filter(({ verdict }) => verdict !== 'pass').map(short)).toEqual(
    hasSchemathesis ? [] : [expect.stringContaining('Schemathesis is not installed')],
  );
  expect(coverage?.[0]?.covered).toBe(8);
});

it('names the field and the status that the undocumented build answers with', async () => {
  const { checks } = await judged(contracts, 'v2.1.0', 'undocumented');
  expect(checks.filter(({ id }) => id.startsWith('made-up')).map(short)).toEqual([
    hasSchemathesis
      ? expect.stringMatching(/^fail made-up-sample-shop-v2-1-0: .*GET \/api\/search/)
      : expect.stringContaining('Schemathesis is not installed'),
  ]);
  expect(checks.filter(({ id, verdict }) => verdict !== 'pass' && !id.startsWith('made-up'))).toMatchObject([
    {
      id: 'statuses',
      verdict: 'fail',
      reason: expect.stringMatching(/GET \/api\/search: status 203 is not documented/),
    },
    {
      id: 'fields',
      verdict: 'fail',
      reason: expect.stringMatching(/GET \/api\/products\/\{id\} 200: costCents: a field/),
    },
  ]);
});

it('does without its carrier, and lets a CDN keep what it kept', async () => {
  const { checks, coverage } = await judged(services, 'v2.1.0', 'none');
  expect(checks.filter(({ verdict }) => verdict !== 'pass').map(short)).toEqual(
    hasNginx ? [] : [expect.stringContaining('nginx is needed to stand in for a CDN')],
  );
  expect(checks.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['carrier-without-unavailable', 'carrier-without-slow', 'carrier-without-erroring']),
  );
  expect(coverage?.find(({ of }) => of === 'failures of services')).toMatchObject({ covered: 3, total: 3 });
});

it('is found where it fails with its carrier, and where its files may not be kept', async () => {
  const { checks } = await judged(services, 'v2.1.0', 'brittle,uncached');
  expect(checks.filter(({ verdict }) => verdict !== 'pass').map(short)).toEqual([
    hasNginx
      ? expect.stringMatching(/^fail cdn-hits: GET \/assets\/.*0 % of \d+ answers .*\(cache-control: no-store\)/)
      : expect.stringContaining('nginx is needed to stand in for a CDN'),
    expect.stringMatching(
      /^fail carrier-without-unavailable: GET \/api\/delivery-days was answered with 502 in 3 of 3/,
    ),
    expect.stringMatching(/^fail carrier-without-slow: GET \/api\/delivery-days took up to \d+ ms in 3 of 3/),
    expect.stringMatching(/^fail carrier-without-erroring: GET \/api\/delivery-days was answered with 502 in 3 of 3/),
  ]);
});
