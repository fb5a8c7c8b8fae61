import { expect, test } from 'vitest';
import { commandsIn, commandsInSources, documents, problemOf, textOf } from './written.ts';

const told = async (all: ReturnType<typeof commandsIn>) => {
  const problems = await Promise.all(
    all.map(async (written) => {
      const problem = await problemOf(written);
      return problem === null ? [] : [`${written.at}: ${written.text}: ${problem}`];
    }),
  );
  return problems.flat();
};

test('every command in the documents is one that there is, with options that it has', async () => {
  const all = documents().flatMap((path) => commandsIn(path, textOf(path)));
  expect(all.filter(({ isInline }) => !isInline).length).toBeGreaterThan(60);
  expect(all.length).toBeGreaterThan(200);
  expect(await told(all)).toEqual([]);
});

test('every command that a message or a hint names is one that there is', async () => {
  const all = commandsInSources();
  expect(all.length).toBeGreaterThan(30);
  expect(await told(all)).toEqual([]);
});

test.each([
  ['npx shakedown simulat --duration 1m', /unknown command 'simulat'/],
  ['shakedown simulate --durations 1m', /unknown option '--durations'/],
  ['shakedown simulate --duration soon', /duration/],
  ['shakedown simulate --duration', /argument missing/],
  ['shakedown report', /--from/],
  ['shakedown traffic', /names none of its commands/],
  ['npm run simulate:production --duration 1m', /must come after --/],
  ['npm run simulate:productions', /no npm script/],
  ['npm run test:uat -- --all-scenario', /unknown option '--all-scenario'/],
  ['shakedown init --format toml', /Allowed choices/],
  ['shakedown runs list all', /too many arguments/],
])('would notice: %s', async (text, said) => {
  expect(await problemOf({ at: '', text, isInline: false })).toMatch(said);
});

test('commands are found in blocks, sentences, tables and scripts', () => {
  const text =
    'Use `shakedown verify <run>`, or:\n\n```sh\ncd x && npx shakedown init   # a comment\nnpm run bench | tee log\n```\n\n| `shakedown uat a\\|b` |\n';
  expect(commandsIn('a.md', text).map((one) => `${one.at} ${one.text} ${one.isInline}`)).toEqual([
    'a.md:1 shakedown verify <run> true',
    'a.md:4 npx shakedown init false',
    'a.md:5 npm run bench false',
    'a.md:8 shakedown uat a|b true',
  ]);
  expect(commandsIn('a.yml', '      - run: npx shakedown doctor\n').map((one) => one.text)).toEqual([
    'npx shakedown doctor',
  ]);
});
