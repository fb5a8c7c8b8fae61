import type { CommandDeclaration, OptionDeclaration } from '../command.ts';
import { collected, durationMs, positiveNumber } from '../option-values.ts';
import { asJson, configFile } from '../shared-options.ts';
import { dryRuns, hypothesisStrategies, rollbackStrategies } from './experiment/format.ts';

const variables: readonly OptionDeclaration[] = [
  {
    flags: '--var <name[:type]=value>',
    help: 'value for the configuration; may be given again',
    parse: collected,
  },
  {
    flags: '--var-file <file>',
    help: 'values for configuration, secrets or environment; may be given again',
    parse: collected,
  },
];

const withoutControl: OptionDeclaration = {
  flags: '--without-control <name>',
  help: 'control that is left out on purpose, such as one in Python; may be given again',
  parse: collected,
};

const allowHost: OptionDeclaration = {
  flags: '--allow-host <host>',
  help: 'host that may be contacted besides this machine; may be given again',
  parse: collected,
};

/** The options of `chaos run` are those of Chaos Toolkit's, and some more. */
const run: CommandDeclaration = {
  name: 'chaos run',
  help: 'run experiments in Chaos Toolkit’s format one after another; ends with 0, or with 1 where one failed or deviated',
  arguments: [{ flags: '<files...>', help: 'experiments, .json or .yaml' }],
  options: [
    configFile,
    {
      flags: '--journal-path <file>',
      help: 'where the journal goes (default: journal.json; of several: <name>.journal.json)',
    },
    { flags: '--dry <what>', help: 'leave these out, and do the rest', choices: dryRuns },
    { flags: '--hypothesis-strategy <name>', help: 'when the hypothesis is checked', choices: hypothesisStrategies },
    {
      flags: '--hypothesis-frequency <seconds>',
      help: 'seconds between two checks during the method',
      parse: positiveNumber,
      default: 1,
    },
    { flags: '--fail-fast', help: 'end the method at the first check during it that is not met' },
    {
      flags: '--rollback-strategy <name>',
      help: 'when rollbacks are played (default: always)',
      choices: rollbackStrategies,
    },
    ...variables,
    withoutControl,
    { flags: '--control-file <file>', help: 'controls for every experiment; may be given again', parse: collected },
    allowHost,
    {
      flags: '--exit-by-verdict',
      help: 'end with 0 pass, 1 fail, 3 inconclusive, instead of Chaos Toolkit’s codes',
    },
    { flags: '--json', help: 'print the journals as JSON, and nothing else, on stdout' },
  ],
  load: async () => (await import('./commands/run.ts')).chaosRun,
};

export const commands: readonly CommandDeclaration[] = [
  { name: 'chaos', help: 'break things on purpose, and check what became of the data' },
  run,
  {
    name: 'chaos validate',
    help: 'report everything that is wrong with experiments, and with the components of the configuration: where, and what to do',
    arguments: [{ flags: '<files...>', help: 'experiments, .json or .yaml' }],
    options: [configFile, ...variables, withoutControl, allowHost],
    load: async () => (await import('./commands/validate.ts')).chaosValidate,
  },
  {
    name: 'chaos list',
    help: 'print the experiments of a folder',
    arguments: [{ flags: '[folder]', help: 'folder of the experiments', default: 'chaos/experiments' }],
    options: [asJson],
    load: async () => (await import('./commands/list.ts')).chaosList,
  },
  {
    name: 'chaos check-history',
    help: 'check whether histories of a register or a key-value store are linearizable',
    arguments: [{ flags: '<files...>', help: 'Jepsen logs, or histories of one map a line' }],
    options: [
      {
        flags: '--model <name>',
        help: 'what the histories are of (default: found from their content)',
        choices: ['register', 'kv'],
      },
      { flags: '--timeout <time>', help: 'give up on a file after this (default: 1m)', parse: durationMs },
      asJson,
    ],
    load: async () => (await import('./commands/check-history.ts')).checkHistory,
  },
  {
    name: 'chaos discover',
    help: 'list processes, ports, containers and pods that could be named as components, and print a configuration to begin with',
    options: [
      {
        flags: '--context <name>',
        help: 'context of kubectl whose pods are listed too; no cluster is contacted without it',
      },
      asJson,
    ],
    load: async () => (await import('./commands/discover.ts')).chaosDiscover,
  },
  {
    name: 'chaos clean',
    help: 'undo what your runs left on this machine, in every project, when they ended together with their guard; end what their actions started; remove their temporary folders',
    options: [{ flags: '--dry-run', help: 'only show what would be undone' }, asJson],
    load: async () => (await import('./commands/clean.ts')).chaosClean,
  },
];

export const options: readonly OptionDeclaration[] = [
  {
    flags: '--chaos [what...]',
    help: 'break things on purpose: experiments, plans or folders of them (default: chaos/)',
  },
];
