import { expect, test } from 'vitest';
import { commandTable } from '../../src/cli/commands.ts';
import type { CommandDeclaration, Services } from '../../src/domains/command.ts';
import type { Domain } from '../../src/domains/domain.ts';
import { InvalidOption } from '../../src/domains/option-values.ts';
import { exitCodes } from '../../src/model/error.ts';
import { domains } from '../../src/run/domains.ts';
import { runInProcess } from './in-process.ts';

let called: { args: unknown; options: unknown; overrides: unknown } | null = null;

const tide: CommandDeclaration = {
  name: 'sea tide',
  help: 'say how high the water is',
  arguments: [{ flags: '[harbours...]', help: 'where', default: ['Hamburg'] }],
  options: [
    { flags: '--wind <knots>', help: 'how strong', parse: knots, key: 'environment' },
    { flags: '--log <file>', help: 'where to', isPath: true, key: 'reports.folder', clears: ['reports.keep'] },
    { flags: '--moon <phase>', help: 'which', choices: ['new', 'full'], default: 'new' },
    { flags: '--storm', help: 'all at once', conflicts: [{ with: ['wind'], why: 'a storm has its own' }] },
    { flags: '--gusts', help: 'some more', needs: 'storm' },
    { flags: '--ships [names...]', help: 'which; all when alone' },
  ],
  load: async () => async (args: unknown[], options: object, services: Services) => {
    const { overrides } = await services.configuration();
    called = { args, options, overrides };
    services.setExitCode(exitCodes.inconclusive);
  },
};

function knots(text: string): string {
  if (!/^\d+$/.test(text)) throw new InvalidOption('write whole knots');
  return `${text} kn`;
}

const sea: Domain = {
  id: 'sea',
  commands: [{ name: 'sea', help: 'the water' }, tide],
  options: [{ flags: '--swell <height>', help: 'waves beside the load', parse: knots, key: 'sea.swell' }],
};

const run = (...args: string[]) => runInProcess(args, [...domains, sea]);

test('a domain of one object has its command, its options of it, and its options of simulate', async () => {
  expect(await run('sea', 'tide', 'Kiel', '--wind', '12', '--log', 'logs', '--ships')).toMatchObject({
    code: 3,
    stderr: '',
  });
  expect(called).toEqual({
    args: [['Kiel']],
    options: { wind: '12 kn', log: 'logs', moon: 'new', ships: [] },
    overrides: { environment: '12 kn', 'reports.folder': `${process.cwd()}/logs`, 'reports.keep': null },
  });
  expect((await run('sea', 'tide', '--help')).stdout).toMatch(
    /--moon <phase> .*\(choices: "new", "full", default: "new"\)/s,
  );
  expect((await run('simulate', '--help')).stdout).toMatch(/--swell <height> +waves beside the load/);
  expect((await run('--help')).stdout).toMatch(/sea +the water/);
});

test('help shows the choices of an option once', () => {
  const twice = commandTable(domains).flatMap(({ name, options = [], arguments: given = [] }) =>
    [...options, ...given]
      .filter(({ help, choices }) => choices?.every((one) => new RegExp(`\\b${one}\\b`).test(help)))
      .map(({ flags }) => `${name} ${flags}`),
  );
  expect(twice).toEqual([]);
});

test.each([
  [['sea', 'tide', '--wind', 'strong'], /--wind <knots>' argument 'strong' is invalid. write whole knots/],
  [['sea', 'tide', '--storm', '--wind', '3'], /--storm cannot be used with --wind: a storm has its own\.\n/],
  [['sea', 'tide', '--gusts'], /--gusts does nothing without --storm/],
  [['simulate', '--swell', 'high'], /write whole knots/],
])('what its options declare is kept to: %j', async (args, expected) => {
  const { code, stderr } = await run(...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(expected);
});
