import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onPath } from '../../../src/environment/paths.ts';
import { artifactSha256, policySha256, Stage } from './certified-run.ts';

const rego = fileURLToPath(new URL('../../../docs/certificate.rego', import.meta.url));
const [opa, conftest] = ['opa', 'conftest'].map((name) => onPath(name)[0]);
const isWithout = opa === undefined && conftest === undefined;

type Statement = { subject: object[]; predicate: Record<string, unknown>; [key: string]: unknown };

describe.skipIf(isWithout)(
  `the sample policy for statements${isWithout ? ' (neither opa nor conftest on PATH)' : ''}`,
  () => {
    const stage = new Stage();
    afterAll(() => stage.clear());
    let statements: Statement[] = [];
    const expected = {
      ...{
        sha256: artifactSha256,
        environment: 'staging-eu',
        policy: policySha256,
        gates: ['performance', 'stability'],
      },
      ...{ verifier: 'https://shop.example/verifier', resourceUri: 'pkg:oci/shop', maxAgeHours: 24 },
    };

    beforeAll(async () => {
      const settings = stage.settings(stage.key('own'), {
        verifier: expected.verifier,
        resourceUri: expected.resourceUri,
      });
      const { files } = await stage.certify(await stage.run(), settings);
      statements = files.map(({ path }) => {
        const { payload } = JSON.parse(readFileSync(path, 'utf8')) as { payload: string };
        return JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as Statement;
      });
    });

    /** Whether the policy lets it through. */
    function lets(statement: unknown, about: object = expected): boolean {
      const [input, data] = [join(stage.base, 'statement.json'), join(stage.base, 'expected.json')];
      writeFileSync(input, JSON.stringify(statement));
      writeFileSync(data, JSON.stringify({ expected: about }));
      const [program, args] =
        opa === undefined
          ? [conftest ?? '', ['test', '--policy', rego, '--data', data, input]]
          : [opa, ['eval', '--fail-defined', '-d', rego, '-d', data, '-i', input, 'data.main.deny[_]']];
      try {
        execFileSync(program, args, { stdio: 'pipe', timeout: 60_000 });
        return true;
      } catch (error) {
        // Whatever else goes wrong is no refusal.
        const { status, stdout, stderr } = error as { status: number; stdout: Buffer; stderr: Buffer };
        const said = `${stdout}${stderr}`;
        if (status !== 1 || !said.includes('does not let the release through')) throw new Error(said);
        return false;
      }
    }

    const without = (statement: Statement, key: string): Statement => {
      const { [key]: _, ...predicate } = statement.predicate;
      return { ...statement, predicate };
    };

    test('lets the certificate and the summary through, and the test result not', () => {
      const [tests, release, summary] = statements;
      expect([lets(tests), lets(release), lets(summary)]).toEqual([false, true, true]);
    });

    test('lets nothing through of which a field is missing, in the statement or in what is expected', () => {
      const [, release, summary] = statements as [Statement, Statement, Statement];
      const needed = [
        [release, ['word', 'environment', 'policy', 'gates', 'issued', 'expires']],
        [summary, ['verificationResult', 'verifier', 'resourceUri', 'policy', 'verifiedLevels', 'timeVerified']],
      ] as const;
      for (const [statement, keys] of needed) {
        for (const key of keys) expect([key, lets(without(statement, key))]).toEqual([key, false]);
        for (const key of ['_type', 'subject', 'predicateType', 'predicate']) {
          const { [key]: _, ...rest } = statement;
          expect([key, lets(rest)]).toEqual([key, false]);
        }
      }
      for (const key of Object.keys(expected)) {
        const { [key]: _, ...rest } = expected as Record<string, unknown>;
        const isOf = { verifier: summary, resourceUri: summary }[key] ?? release;
        expect([key, lets(isOf, rest)]).toEqual([key, false]);
      }
      // Of a list conftest tests each member, and of an empty one nothing: docs/certificate.md says so.
      expect([lets({}), lets([{}]), lets('text'), lets(release, {})]).toEqual([false, false, false, false]);
    });

    test('lets nothing through that says something else', () => {
      const [, release, summary] = statements as [Statement, Statement, Statement];
      const saying = (statement: Statement, predicate: object) => ({
        ...statement,
        predicate: { ...statement.predicate, ...predicate },
      });
      const gates = (release.predicate.gates as { id: string }[]).map((gate) => ({ ...gate, verdict: 'inconclusive' }));
      const others = [
        saying(summary, { verificationResult: 'FAILED' }),
        saying(summary, { timeVerified: '2020-01-01T00:00:00Z' }),
        saying(release, { word: 'NOT READY' }),
        saying(release, { environment: { name: 'staging-us' } }),
        saying(release, { expires: '2020-01-01T00:00:00Z' }),
        saying(release, { issued: '2999-01-01T00:00:00Z' }),
        saying(release, { gates }),
        { ...release, subject: [{ name: 'shop', digest: { sha256: 'a'.repeat(64) } }] },
      ];
      expect(others.map((one) => lets(one))).toEqual(others.map(() => false));
      expect(lets(release, { ...expected, gates: [] })).toBe(false);
      expect(lets(release, { ...expected, gates: ['performance', 'compliance'] })).toBe(false);
    });
  },
);
