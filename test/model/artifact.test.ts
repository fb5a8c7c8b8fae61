import { expect, test } from 'vitest';
import { artifactConflicts, artifactsOf, unprobedArtifacts } from '../../src/model/artifact.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const probed = (name: string, letter: string) => ({ name, digest: digest(letter), source: 'probed' as const });

test('what is declared and what the target says are kept side by side, and held against each other', () => {
  const declared = [
    { name: 'shop', digest: digest('a') },
    { name: 'worker', digest: digest('b') },
  ];
  const same = artifactsOf(declared, [probed('shop', 'a'), probed('worker', 'b'), probed('proxy', 'c')]);
  expect(same.map(({ name, source }) => `${name} ${source}`)).toEqual([
    'shop declared',
    'worker declared',
    'shop probed',
    'worker probed',
    'proxy probed',
  ]);
  expect([artifactConflicts(same), unprobedArtifacts(same)]).toEqual([[], null]);

  const other = artifactsOf(declared, [probed('shop', 'd')]);
  expect(artifactConflicts(other)).toEqual([
    `shop is declared as ${digest('a')}, and the target says it runs ${digest('d')}.`,
  ]);
  expect(unprobedArtifacts(other)).toBe('The target does not say whether it runs worker: declared only.');
});

test('a target that says nothing contradicts nothing; one of several instances that is as declared does not either', () => {
  const declared = [{ name: 'shop', digest: digest('a') }];
  for (const found of [[], [probed('shop', 'b'), probed('shop', 'a')]]) {
    expect(artifactConflicts(artifactsOf(declared, found))).toEqual([]);
    expect(unprobedArtifacts(artifactsOf(declared, found))).toBeNull();
  }
});
