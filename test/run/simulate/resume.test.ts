import { expect, test } from 'vitest';
import { refuseOtherArtifacts } from '../../../src/run/simulate/resume.ts';

const probed = (name: string, letter: string) => ({
  name,
  digest: `sha256:${letter.repeat(64)}`,
  source: 'probed' as const,
});

test('a run goes on with the candidate that it began with, and with no other', () => {
  const began = [probed('shop', 'a'), probed('worker', 'b')];
  expect(() => refuseOtherArtifacts(began, [...began].reverse())).not.toThrow();
  // Of an earlier version, or of a target that does not say.
  expect(() => refuseOtherArtifacts([], began)).not.toThrow();
  for (const now of [[], [probed('shop', 'a')], [probed('shop', 'a'), probed('worker', 'c')]])
    expect(() => refuseOtherArtifacts(began, now)).toThrow(expect.objectContaining({ code: 'RESUME_ARTIFACTS' }));
});
