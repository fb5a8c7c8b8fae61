import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { changes } from '../../../src/domains/integration/changes/part.ts';
import { configuration } from '../../../src/domains/integration/configuration.ts';
import { integration } from '../../../src/domains/integration/domain.ts';

const api = (version: string, paths: object) => ({ openapi: '3.0.3', info: { title: 'own', version }, paths });
const orders = { '/orders': { get: { responses: { 200: { description: 'all' } } } } };

/** Compares pairs of files, and judges what was recorded. */
async function judged(...pairs: readonly (readonly [string, string])[]) {
  const folder = await mkdtemp(join(tmpdir(), 'changes-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'v1.json'), JSON.stringify(api('1', orders)));
  await writeFile(join(folder, 'copy.json'), JSON.stringify(api('1', orders), null, 2));
  await writeFile(join(folder, 'v2.json'), JSON.stringify(api('2', { ...orders, '/new': orders['/orders'] })));
  const of = (name: string) => ({ kind: 'file', file: join(folder, `${name}.json`) });
  const settings = pairs.map(([baseline, candidate]) => ({
    ...{ baseline: of(baseline), candidate: of(candidate), accepted: [] },
  }));
  const evidence: { atMs: number; data: unknown }[] = [];
  await changes.run({
    ...{ config: { integration: { changes: settings } }, folder, signal: new AbortController().signal },
    ...{ record: (data: unknown) => evidence.push({ atMs: 0, data }), phase: () => {} },
  } as never);
  const read = evidence.map(({ atMs, data }) => ({ atMs, data: changes.evidence.parse(data) }));
  const { checks } = changes.judge(read, true);
  return {
    by: Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict])),
    reasons: checks.map(({ reason }) => reason).join('\n'),
  };
}

it('passes nothing where both sides hold the same, whatever their names and form', async () => {
  for (const other of ['v1', 'copy']) {
    const { by, reasons } = await judged(['v1', other]);
    expect(by).toMatchObject({ breaking: 'inconclusive', review: 'inconclusive' });
    expect(reasons).toContain(`v1.json and ${other}.json hold the same`);
  }
  expect((await judged(['v1', 'v2'])).by).toMatchObject({ breaking: 'pass', review: 'pass', whole: 'pass' });
});

it('loses no other pair by a document that cannot be used', async () => {
  const { by, reasons } = await judged(['v1', 'none'], ['v1', 'v2'], ['v2', 'v1']);
  expect(by).toMatchObject({ documents: 'inconclusive', 'breaking-1': 'pass', 'breaking-2': 'fail' });
  expect(reasons).toContain('none.json cannot be used: there is no such file');
});

it('is left out with a reason where there is nothing of it, and not beside what there is', () => {
  const of = (written: object) =>
    configuration.resolve(
      { integration: configuration.schemas.integration.parse(written) },
      { at: (path: string) => path, isSample: false, replays: false },
    ).integration;
  const leaveOut = { services: { reason: 'it uses none', owner: 'Ada' } };
  const config = { integration: of({ leaveOut }) } as never;
  const left = (integration.parts?.parts ?? []).flatMap((part) => (part.leftOut?.(config) ? [part.id] : []));
  expect(left).toEqual(['services']);
  const services = [{ name: 'a', kind: 'real', url: 'https://a.example.com' }];
  expect(() => of({ leaveOut, services })).toThrow(/integration.leaveOut.services/);
});
