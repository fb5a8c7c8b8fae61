import { expect, it } from 'vitest';
import { configuredSystem } from '../../../src/domains/rehearsal/system/configured.ts';
import { differenceCheck, differenceOf } from '../../../src/domains/rehearsal/system/difference.ts';
import type { Side } from '../../../src/domains/rehearsal/system/state.ts';
import type { ResolvedConfig } from '../../../src/model/config.ts';

const side = (version: string, digest = ''): Side => ({
  ...{ name: version, version, migration: null, instances: [] },
  artifacts: digest === '' ? [] : [{ name: 'shop', digest }],
});
const system = (change: object) => {
  const local = {
    start: ['node', 'app.mjs'],
    prepare: null,
    folder: null,
    environment: {},
    healthPath: '/',
    ...change,
  };
  const found = configuredSystem({ deployment: { local }, target: {}, version: 'v2' } as unknown as ResolvedConfig);
  if (found === null) throw new Error('it is configured');
  return found;
};

it('the version is filled in wherever it may stand', () => {
  const all = { start: ['node', 'app-{version}.mjs'], prepare: ['make', '{version}'], folder: 'of/{version}' };
  const { prepare, instance } = system({ ...all, environment: { TAG: 'shop:{version}', PLAIN: 'x' } }).release('v2');
  const environment = { TAG: 'shop:v2', PLAIN: 'x' };
  expect(instance).toEqual({ argv: ['node', 'app-v2.mjs'], environment, folder: 'of/v2' });
  expect(prepare).toEqual({ argv: ['make', 'v2'], environment, folder: 'of/v2' });
});

it.each<[string, Side, Side, object | null, ReturnType<typeof differenceOf>, string]>([
  ['other digests', side('v1', 'a'), side('v2', 'b'), {}, 'digests', 'pass'],
  ['the same digests', side('v1', 'a'), side('v2', 'a'), {}, 'same', 'inconclusive'],
  ['the same name', side('v1'), side('v1'), { folder: '{version}' }, 'name', 'inconclusive'],
  ['a digest of one of them', side('v1'), side('v2', 'a'), {}, 'unknown', 'inconclusive'],
  ['nothing that tells them apart', side('v1'), side('made-up'), {}, 'unknown', 'inconclusive'],
  ['the version in the folder', side('v1'), side('v2'), { folder: '{version}' }, 'told', 'pass'],
  ['the version in a value', side('v1'), side('v2'), { environment: { TAG: '{version}' } }, 'told', 'pass'],
  ['the version in a shell', side('v1'), side('v2'), { start: ['sh', '-c', 'run $VERSION'] }, 'told', 'pass'],
  ['a program that is told', side('v1'), side('v2'), null, 'told', 'pass'],
])('versions with %s', (_, a, b, local, difference, verdict) => {
  expect(differenceOf(a, b, local === null ? null : system(local))).toBe(difference);
  expect(differenceCheck({ same: difference === 'same', difference }).verdict).toBe(verdict);
});
