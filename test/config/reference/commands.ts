import { readFileSync } from 'node:fs';
import { commandTable } from '../../../src/cli/commands.ts';
import { configFileNames } from '../../../src/config/file-names.ts';
import type { CommandDeclaration, OptionDeclaration } from '../../../src/domains/command.ts';
import { domains } from '../../../src/run/domains.ts';

const table = commandTable(domains);
const common: readonly OptionDeclaration[] = [
  { flags: '--verbose', help: 'say more when something fails' },
  { flags: '-h, --help', help: 'show help for the command' },
];
const exitCodes: readonly [number, string][] = [
  [0, 'passed or ready'],
  [1, 'failed or not ready'],
  [2, 'usage or configuration'],
  [3, 'inconclusive'],
  [4, 'a needed program is missing'],
  [5, "the target can't be reached"],
  [70, 'internal'],
  [130, 'interrupted'],
];

/** `shakedown traffic import [options] <files...>` */
function usage({ name, options = [], arguments: given = [] }: CommandDeclaration): string {
  return ['shakedown', name, ...(options.length > 0 ? ['[options]'] : []), ...given.map(({ flags }) => flags)].join(
    ' ',
  );
}

/** What an option does, with its choices and its default where the help does not have them. */
function meaning({ help, choices, default: initial, mandatory }: OptionDeclaration): string {
  const notes = [
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(initial === undefined || initial === '' ? [] : [`default ${String(initial)}`]),
    ...(mandatory ? ['needed'] : []),
  ];
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`;
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** `docs/commands.md`: every command with its arguments and options. */
export function commandsReference(): string {
  const sections = table
    .filter(({ load }) => load !== undefined)
    .map((command) => {
      const rows = [...(command.arguments ?? []), ...(command.options ?? [])].map(
        (one) => `| \`${one.flags.replaceAll('|', '\\|')}\` | ${cell(meaning(one))} |`,
      );
      const about = `\`${usage(command)}\`: ${cell(command.help)}.`;
      return [
        `## ${command.name}`,
        about,
        ...(rows.length === 0 ? [] : [`| | |\n| --- | --- |\n${rows.join('\n')}`]),
      ].join('\n\n');
    });
  return `# Commands

*Made from the table of commands by \`npm run reference\`.* \`shakedown <command> --help\` prints the same. Tab completes commands and options after \`source <(shakedown completion bash)\`
(bash, zsh), or \`shakedown completion fish | source\`; \`man shakedown\` works where the package is installed with \`npm install --global\`.

Every command takes ${common.map(({ flags, help }) => `\`${flags}\` (${help})`).join(' and ')}.

| exit code | |
| --- | --- |
${exitCodes.map(([code, text]) => `| ${code} | ${text} |`).join('\n')}

${sections.join('\n\n')}
`;
}

/** Text of a manual page: what troff would act on is escaped. */
const roff = (text: string) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');

/** `docs/shakedown.1`: the same as a manual page. */
export function manualPage(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const entry = (flags: string, text: string) => `.TP\n.B ${roff(flags)}\n${roff(text)}`;
  const commands = table
    .filter(({ load }) => load !== undefined)
    .map((command) =>
      [
        `.SS ${roff(usage(command))}`,
        roff(`${command.help}.`),
        ...[...(command.arguments ?? []), ...(command.options ?? [])].map((one) => entry(one.flags, meaning(one))),
      ].join('\n'),
    );
  return `${[
    `.TH SHAKEDOWN 1 "" "shakedown ${version}" "User Commands"`,
    '.SH NAME',
    'shakedown \\- may this release go to production?',
    '.SH SYNOPSIS',
    '.B shakedown\n.I command\n[options]',
    '.SH DESCRIPTION',
    roff(
      'Replays anonymized production traffic against a release candidate, breaks things on purpose, and says with evidence whether it may go to production.',
    ),
    '.SH OPTIONS',
    ...common.map(({ flags, help }) => entry(flags, help)),
    '.SH COMMANDS',
    ...commands,
    '.SH EXIT STATUS',
    ...exitCodes.map(([code, text]) => entry(String(code), text)),
    '.SH FILES',
    entry(configFileNames.join(', '), 'the configuration, in the project folder'),
    entry('reports/runs/<id>/index.html', 'the report of a run'),
  ].join('\n')}\n`;
}
