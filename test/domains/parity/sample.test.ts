import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CaptureFrom, capture } from '../../../src/domains/parity/capture.ts';
import { compare } from '../../../src/domains/parity/compare/compare.ts';
import { aspectIds } from '../../../src/domains/parity/descriptor/aspects.ts';
import { descriptorOf, descriptorText } from '../../../src/domains/parity/descriptor/file.ts';
import type { Descriptor } from '../../../src/domains/parity/descriptor/format.ts';
import { secretKey } from '../../../src/domains/parity/descriptor/secrets.ts';
import { sampleMinimumCoverage, sampleProduction } from '../../../src/domains/parity/sample-shop.ts';
import type { SampleSystem } from '../../../src/model/sample-system.ts';
import { parseDefects } from '../../../src/sample/defects.ts';
import { startSample } from '../../../src/sample/start.ts';
import { planted } from './planted.ts';

const today = '2026-11-29';
const nothing: CaptureFrom = {
  ...{ environment: 'staging', kubernetes: null, kubernetesFiles: [], terraform: [], compose: [] },
  ...{ outside: [], served: [], postgres: [] },
};
const captured = (sample: SampleSystem, environment: string) =>
  capture(
    { ...nothing, environment },
    { key: secretKey('a key of a test only'), signal: new AbortController().signal, sample, phase: () => {} },
  );

describe('the sample system as it runs', () => {
  let sample: SampleSystem;
  let first: Descriptor;
  beforeAll(async () => {
    sample = await startSample({});
    first = await captured(sample, 'production');
  }, 60_000);
  afterAll(() => sample?.stop());

  it('does not differ from itself, captured again', async () => {
    const { differences, notCompared, score, coverage } = compare(first, await captured(sample, 'staging'), {
      ...{ rules: [], names: [], today },
    });
    expect(differences).toEqual([]);
    expect(notCompared).toEqual([]);
    expect([score, coverage]).toEqual([100, 100]);
  });

  it('is what its production is written down as', async () => {
    const { production, rules } = await sampleProduction();
    const result = compare(production, await captured(sample, 'staging'), { rules, names: [], today });
    expect(result.differences).toEqual([]);
    expect(result.notCompared).toEqual([]);
    expect(result.coverage).toBeGreaterThanOrEqual(sampleMinimumCoverage);
    // All of it is looked at on Linux.
    if (process.platform === 'linux')
      expect(result.aspects.map(({ aspect, coverage, ignored }) => [aspect, coverage === 1 || ignored > 0])).toEqual(
        aspectIds.map((aspect) => [aspect, true]),
      );
  });

  it.each(planted)('names what is planted: %s', (item, change) => {
    const items = new Map(first.items);
    change(items);
    // As a file that was handed over.
    const staging = descriptorOf(
      JSON.parse(descriptorText({ ...first, environment: 'staging', items }, true)),
      'staging',
    );
    const { differences } = compare(first, staging, { rules: [], names: [], today });
    expect(differences.map((each) => each.item)).toEqual([item]);
    expect(differences[0]?.risk).toMatch(/\.$/);
    expect(differences[0]?.remedy).toMatch(/\.$/);
  });
});

describe('a sample system that has drifted', () => {
  it('is named by what drifted, and by nothing else', async () => {
    const sample = await startSample({ defects: parseDefects('drift=all') });
    try {
      const { production, rules } = await sampleProduction();
      const { differences } = compare(production, await captured(sample, 'staging'), { rules, names: [], today });
      const shown = differences.map(({ item, production: theirs, staging }) => `${item}: ${theirs} → ${staging}`);
      expect(shown).toEqual([
        'instances/shop: 3 → 2',
        'load-balancer/balancer/instances: 3 → 2',
        'load-balancer/balancer/ready: 3 → 2',
        'http/target/api/products/header/referrer-policy: same-origin → not there',
        'http/target/assets/shop.css/header/referrer-policy: same-origin → not there',
        'http/target/index/header/referrer-policy: same-origin → not there',
        'http/target/login/header/referrer-policy: same-origin → not there',
        'database/database/setting/shared_buffers: 32Mi → 16Mi',
        'database/database/setting/work_mem: not there → 64Mi',
        'configuration/shop/delivery/days: 3 → 5',
        'limit/database/setting/max_connections: 60 → 40',
      ]);
    } finally {
      await sample.stop();
    }
  }, 60_000);
});
