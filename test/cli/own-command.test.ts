import { expect, it } from 'vitest';
import { sameCandidate } from '../../src/cli/own-command.ts';
import { commands } from '../../src/domains/rehearsal/commands.ts';

it('a rehearsal is told the version, which for itself is any build that is deployed and not only what the configuration knows', () => {
  const about = { file: undefined, overrides: { version: 'v2.1.0' } };
  expect(sameCandidate(['rehearse'], about, commands)).toEqual(['--version', 'v2.1.0']);
  const rehearse = commands.find(({ name }) => name === 'rehearse');
  expect(rehearse?.options?.find(({ flags }) => flags.startsWith('--version'))?.key).toBeUndefined();
});
