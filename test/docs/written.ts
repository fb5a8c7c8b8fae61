import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, CommanderError } from 'commander';
import { createProgram } from '../../src/cli/program.ts';
import { copiedFiles } from '../../src/cli/scaffold.ts';
import type { Terminal } from '../../src/report-kit/terminal/terminal.ts';
import { domains } from '../../src/run/domains.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** A command as a text has it, with the file and line of it. */
export interface Written {
  at: string;
  text: string;
  /** Within a sentence, where values and arguments may be left out. */
  isInline: boolean;
}

/** Files that users read and copy from, by path from the root. */
export function documents(): string[] {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(md|ya?ml|service|groovy)$/.test(path))
    .map((path) => `docs/${path.replaceAll('\\', '/')}`);
  return ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', '.github/workflows/nightly.yml', ...inDocs.sort()];
}

export const textOf = (path: string) => readFileSync(join(root, path), 'utf8');

/** What stands before a command in scripts of CI, units of systemd and lines of cron. */
const before = /^(?:\$ |- run: |run: |- |sh '|ExecStart=|[A-Z_]+=\S+ |.*?\.lock (?=npm run))+/;
const isCommand = /^(?:npx (?:--no-install )?shakedown|shakedown|npm run) [a-z-]/;

/** The commands in a text: whole lines of blocks and scripts, and what stands in backticks within sentences. */
export function commandsIn(path: string, text: string): Written[] {
  const isMarkdown = path.endsWith('.md');
  const found: Written[] = [];
  let isBlock = !isMarkdown;
  // A line that goes on in the next one is one, and keeps its number.
  const lines = text
    .replace(/(?:.*\\\n)+.*/g, (all) => all.replace(/ *\\\n */g, ' ') + '\n'.repeat(all.split('\n').length - 1))
    .split('\n');
  lines.forEach((line, index) => {
    const at = `${path}:${index + 1}`;
    if (isMarkdown && line.startsWith('```')) isBlock = !isBlock;
    else if (isBlock)
      for (const part of line.replace(/\s#.*$/, '').split(/&&|;|\|\|?|'$|\s\d?>+/)) {
        const command = part.trim().replace(before, '').trim();
        if (isCommand.test(command)) found.push({ at, text: command, isInline: false });
      }
    else
      for (const [, code = ''] of line.matchAll(/`([^`]+)`/g))
        for (const part of code.replaceAll('\\|', '|').split(/&&| \| /))
          if (isCommand.test(part.trim())) found.push({ at, text: part.trim(), isInline: true });
  });
  return found;
}

/** The commands that messages, hints and scaffolds of the sources name in backticks. */
export function commandsInSources(): Written[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) =>
      textOf(`src/${path}`)
        .split('\n')
        .flatMap((line, index) =>
          Array.from(line.matchAll(/\\?`((?:npx )?shakedown [a-z][^`\\]*)\\?`/g), ([, code = '']) => ({
            at: `src/${path}:${index + 1}`,
            text: code.replace(/\$\{[^}]*\}/g, '<x>'),
            isInline: true,
          })),
        ),
    );
}

/** Values of which only a place is named, or which name several: `<count>`, `$DURATION`, `accept|reject`. */
const isPlace = (value: string) => /[<>…{}$[\]|]/.test(value);

/** What is wrong with a command: a command, option, choice or npm script that there is not; null: nothing. */
export async function problemOf({ text, isInline }: Written): Promise<string | null> {
  let words = wordsOf(text);
  if (words[0] === 'npm') {
    const [, , script = '', ...rest] = words;
    const does = scripts[script];
    if (does === undefined) return `there is no npm script ${script}`;
    const own = /^node bin\/shakedown\.mjs ?(.*)$/.exec(does)?.[1];
    if (own === undefined) return null;
    if (rest.length > 0 && rest[0] !== '--') return `npm keeps ${rest[0]} to itself: it must come after --`;
    words = [...(own === '' ? [] : own.split(' ')), ...rest.slice(1)];
  } else words = words.slice(words.indexOf('shakedown') + 1);
  const terminal = silent();
  const program = createProgram({ domains, terminal, setExitCode() {} });
  eachCommand(program, (command) => {
    // Nothing is done; that there is such a command, with such options, is enough.
    if (command.commands.length === 0) command.action(() => {});
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (isExcused(error, words, isInline)) return null;
    return error.code === 'commander.help' ? 'it names none of its commands' : error.message;
  }
}

function isExcused({ code, message }: CommanderError, words: readonly string[], isInline: boolean): boolean {
  if (['commander.helpDisplayed', 'commander.version'].includes(code)) return true;
  // A group, named within a sentence: `shakedown traffic`.
  if (code === 'commander.help') return isInline;
  if (code === 'commander.invalidArgument') return words.some((word) => isPlace(word) && message.includes(word));
  const leavesOut = ['optionMissingArgument', 'missingArgument', 'missingMandatoryOptionValue'];
  return isInline && leavesOut.some((one) => code === `commander.${one}`);
}

/** As a shell takes it apart, with quotes and without anything else of one. */
function wordsOf(text: string): string[] {
  // What may be left out is looked at too; `…` stands for any words.
  const all = text
    .replace(/ \[(-[^\]]*)\]/g, ' $1')
    .replace(/( --[a-z-]+) …/g, '$1 <x>')
    .replace(/ …| \[options\]/g, '');
  return Array.from(all.matchAll(/<[^>]*>|(?:"[^"]*"|'[^']*'|[^\s"'])+/g), ([word]) =>
    word.replace(/^(["'])(.*)\1$/, '$2'),
  );
}

function eachCommand(command: Command, work: (command: Command) => void): void {
  work(command);
  for (const each of command.commands) eachCommand(each, work);
}

function silent(): Terminal {
  return { out() {}, err() {}, outColumns: () => 100, errColumns: () => 100 } as unknown as Terminal;
}

/** Profiles that configurations in a text name, and those that `shakedown init` writes. */
export function configuredProfiles(text: string): { named: string[]; written: readonly string[] } {
  const named = Array.from(text.matchAll(/profile: '([^']+)'/g), ([, name = '']) => name);
  return { named, written: copiedFiles };
}
