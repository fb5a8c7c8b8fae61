import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { configFileNames } from '../../config/file-names.ts';
import { judgeable } from '../../config/schema.ts';
import type { Services } from '../../domains/command.ts';
import { ShakedownError } from '../../model/error.ts';
import { domains } from '../../run/domains.ts';
import { type ConfigFormat, firstConfigText } from '../first-config.ts';
import { asUser, nightlyFiles, workflowFiles } from '../nightly.ts';
import { copiedFiles, ignoredPaths, scaffold } from '../scaffold.ts';

/** `shakedown init`: writes the content folders and a configuration; what is there already stays, unless forced. */
export async function init(
  [folder]: [string],
  flags: { force?: boolean; nightly?: boolean; workflows?: boolean; format: ConfigFormat },
  { terminal }: Services,
): Promise<void> {
  const root = resolve(folder);
  const written: string[] = [];
  const kept: string[] = [];
  const configFile = `shakedown.config.${flags.format}`;
  // Of two it would be open which is meant.
  const otherConfig = configFileNames.find((name) => name !== configFile && existsSync(join(root, name)));
  if (otherConfig !== undefined) kept.push(otherConfig);
  const { defaults } = await judgeable(domains);
  const first: [string, string][] =
    otherConfig === undefined ? [[configFile, firstConfigText(flags.format, defaults)]] : [];
  try {
    for (const [name, content] of [...first, ...(await files(flags))]) {
      const file = join(root, name);
      await mkdir(dirname(file), { recursive: true });
      (await write(file, content, flags.force ?? false)) ? written.push(name) : kept.push(name);
    }
    if (await ignore(join(root, '.gitignore'))) written.push('.gitignore');
  } catch (cause) {
    throw new ShakedownError('INIT_WRITE', `Cannot write to ${root}: ${(cause as Error).message}.`, {
      hint: 'Choose a folder that you may write to.',
      cause,
    });
  }
  const { bold, dim, green, yellow } = terminal.outColors;
  const cd = relative(process.cwd(), root);
  terminal.out(
    [
      ...written.map((name) => `${green('written')}  ${name}`),
      ...kept.map((name) => `${yellow('kept')}     ${name} ${dim('(there already; --force overwrites)')}`),
      '',
      bold('Next'),
      ...(cd === '' ? [] : [`  cd ${cd}`]),
      '  1. npx shakedown traffic import <access logs, HAR …> --out load/traffic/raw',
      '  2. npx shakedown traffic anonymize load/traffic/raw --out load/traffic/production',
      `  3. set target.baseUrl and watch in ${otherConfig ?? configFile}`,
      '  4. npx shakedown simulate --duration 5m --policy five-minutes',
      dim('     READY by reports/policies/five-minutes.yaml is no certificate for a day: that takes --duration 24h.'),
      bold('Then, for a release'),
      '  npx shakedown deploy --version v1.2.3           bring it up on the staging system',
      '  npx shakedown rehearse                          try its deployment out: blue-green, canary, rollback, …',
      '  npx shakedown validate final --comprehensive    join all evidence in one verdict',
      '  npx shakedown sign <run> …                      accept or reject a run, with your SSH key',
      dim(
        '     What each needs of the configuration: docs/final-validation.md, docs/deployment-rehearsal.md, docs/sign-off.md.',
      ),
      dim('  `npx shakedown doctor` says what is missing on this machine.'),
      '',
    ].join('\n'),
  );
}

async function files({
  nightly,
  workflows,
}: {
  nightly?: boolean;
  workflows?: boolean;
}): Promise<[name: string, content: string][]> {
  const copied = copiedFiles.map(async (name): Promise<[string, string]> => {
    return [name, await own(name)];
  });
  const chosen = [...(nightly ? nightlyFiles : []), ...(workflows ? workflowFiles : [])];
  const forCi = chosen.map(async ({ from, to }): Promise<[string, string]> => {
    return [to, asUser(await own(from))];
  });
  return [...Object.entries(scaffold), ...(await Promise.all([...copied, ...forCi]))];
}

function own(name: string): Promise<string> {
  return readFile(new URL(`../../../${name}`, import.meta.url), 'utf8');
}

async function write(file: string, content: string, force: boolean): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: force ? 'w' : 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Adds the lines that are missing; a user's own are never touched. */
async function ignore(file: string): Promise<boolean> {
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const there = new Set(before.split(/\r?\n/).map((line) => line.trim()));
  const missing = ignoredPaths.filter((line) => !there.has(line));
  if (missing.length === 0) return false;
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  await writeFile(file, `${before}${separator}${missing.join('\n')}\n`);
  return true;
}
