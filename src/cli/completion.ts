import { Option } from 'commander';
import type { CommandDeclaration, OptionDeclaration } from '../domains/command.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** One command or group, as a shell needs it. */
interface Entry {
  /** Its words; empty: the program itself. */
  readonly path: string;
  /** What may follow it. */
  readonly subcommands: readonly { name: string; help: string }[];
  readonly options: readonly {
    long: string;
    short: string | undefined;
    takesValue: boolean;
    choices: readonly string[];
    help: string;
  }[];
  /** Choices of its first argument, in place of files. */
  readonly choices: readonly string[];
}

/** What the shell is to read so that Tab completes commands, options and their choices; made from the table of commands. */
export function completionScript(shell: Shell, table: readonly CommandDeclaration[]): string {
  const entries = entriesOf(table);
  return { bash, zsh, fish }[shell](entries);
}

const everywhere: readonly OptionDeclaration[] = [
  { flags: '-h, --help', help: 'show this help' },
  { flags: '--verbose', help: 'say more when something fails' },
];

function entriesOf(table: readonly CommandDeclaration[]): Entry[] {
  const names = new Set(table.map(({ name }) => name));
  // A group that only its commands declare.
  for (const { name } of table) for (const group of groupsOf(name)) if (group !== '') names.add(group);
  return ['', ...names].map((path) => {
    const declared = table.find(({ name }) => name === path);
    return {
      path,
      subcommands: [...names]
        .filter((name) => name !== path && groupsOf(name).at(-1) === path)
        .map((name) => ({
          name: name.split(' ').at(-1) ?? name,
          help: table.find((one) => one.name === name)?.help ?? '',
        })),
      options: [...(declared?.options ?? []), ...everywhere].map(({ flags, help, choices = [] }) => {
        const { long = flags, short, required, optional } = new Option(flags);
        return { long, short, takesValue: required || optional, choices, help };
      }),
      choices: declared?.arguments?.[0]?.choices ?? [],
    };
  });
}

/** `['', 'traffic']` for `traffic import`. */
function groupsOf(name: string): string[] {
  const words = name.split(' ');
  return words.map((_, index) => words.slice(0, index).join(' '));
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Walks the words before the cursor down the table; both shells read the same functions. */
function walk(entries: readonly Entry[]): string {
  const cases = (of: (entry: Entry) => readonly string[]) =>
    entries
      .filter((entry) => of(entry).length > 0)
      .map((entry) => `    ${quoted(entry.path)}) echo ${quoted(of(entry).join(' '))} ;;`)
      .join('\n');
  const values = entries.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .flatMap(({ long, short, choices }) =>
        [long, ...(short === undefined ? [] : [short])].map(
          (name) =>
            `    ${quoted(`${path} ${name}`)}) echo ${quoted(choices.length === 0 ? '@file' : choices.join(' '))} ;;`,
        ),
      ),
  );
  return `_shakedown_subcommands() {
  case "$1" in
${cases(({ subcommands }) => subcommands.map(({ name }) => name))}
  esac
}
_shakedown_options() {
  case "$1" in
${cases(({ options }) => options.map(({ long }) => long))}
  esac
}
_shakedown_arguments() {
  case "$1" in
${cases(({ choices }) => choices)}
  esac
}
_shakedown_value() {
  case "$1" in
${values.join('\n')}
  esac
}`;
}

function bash(entries: readonly Entry[]): string {
  return `# shakedown completion for bash: source <(shakedown completion bash)
${walk(entries)}
_shakedown() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path='' word value i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ " $(_shakedown_subcommands "$path") " == *" $word "* ]]; then path="\${path:+$path }$word"; fi
  done
  COMPREPLY=()
  value="$(_shakedown_value "$path $before")"
  # A value that may be left out leaves room for the next option.
  if [[ $value == @file && $cur != -* ]]; then return; fi
  if [[ $cur == -* ]]; then value=''; fi
  if [[ -n $value ]]; then
    COMPREPLY=($(compgen -W "$value" -- "$cur"))
  elif [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_shakedown_options "$path")" -- "$cur"))
  else
    COMPREPLY=($(compgen -W "$(_shakedown_subcommands "$path") $(_shakedown_arguments "$path")" -- "$cur"))
  fi
}
complete -o default -F _shakedown shakedown
`;
}

function zsh(entries: readonly Entry[]): string {
  return `#compdef shakedown
# shakedown completion for zsh: source <(shakedown completion zsh), after compinit
${walk(entries)}
_shakedown() {
  local cur="\${words[CURRENT]}" before="\${words[CURRENT-1]}" node='' word value i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if [[ " $(_shakedown_subcommands "$node") " == *" $word "* ]]; then node="\${node:+$node }$word"; fi
  done
  value="$(_shakedown_value "$node $before")"
  # A value that may be left out leaves room for the next option.
  if [[ $value == @file && $cur != -* ]]; then _files; return; fi
  if [[ $cur == -* ]]; then value=''; fi
  if [[ -n $value ]]; then
    compadd -- \${=value}
  elif [[ $cur == -* ]]; then
    compadd -- \${=$(_shakedown_options "$node")}
  else
    value="$(_shakedown_subcommands "$node") $(_shakedown_arguments "$node")"
    if [[ -n \${value// /} ]]; then compadd -- \${=value}; else _files; fi
  fi
}
compdef _shakedown shakedown
`;
}

function fish(entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ path, subcommands, options, choices }) => {
    const when = `-n ${quoted(`__shakedown_at ${quoted(path)}`)}`;
    const names = subcommands.map(({ name }) => name);
    return [
      ...subcommands.map(({ name, help }) => `complete -c shakedown ${when} -f -a ${name} -d ${quoted(help)}`),
      ...(choices.length === 0 ? [] : [`complete -c shakedown ${when} -f -a ${quoted(choices.join(' '))}`]),
      ...options.map((one) => {
        const short = one.short === undefined ? '' : ` -s ${one.short.slice(1)}`;
        const value = one.choices.length > 0 ? ` -x -a ${quoted(one.choices.join(' '))}` : one.takesValue ? ' -r' : '';
        return `complete -c shakedown ${when} -l ${one.long.slice(2)}${short}${value} -d ${quoted(one.help)}`;
      }),
      ...(names.length === 0
        ? []
        : [`set -a __shakedown_names ${names.map((name) => quoted(`${path} ${name}`.trim())).join(' ')}`]),
    ];
  });
  return `# shakedown completion for fish: shakedown completion fish | source
set -g __shakedown_names
function __shakedown_at
    set -l path ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$path $word")
        contains -- $next $__shakedown_names; and set path $next
    end
    test "$path" = "$argv[1]"
end
${lines.join('\n')}
`;
}
