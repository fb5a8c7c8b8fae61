import type { CommandDeclaration, OptionDeclaration } from '../command.ts';
import { InvalidOption, names, wholeNumber } from '../option-values.ts';
import {
  artifact,
  configFile,
  policy,
  reportsFolder,
  resultsAsJson,
  sampleDefects,
  target,
  versionUnderTest,
} from '../shared-options.ts';

const runArgument = { flags: '<run>', help: 'folder of the run, or its id' };

const run: CommandDeclaration = {
  name: 'uat run',
  help: 'run the scenarios in every available browser at three sizes, and write the User Acceptance Report',
  options: [
    {
      flags: '--all-scenarios',
      help: 'every scenario, browser and size: the default when nothing is chosen',
      conflicts: [
        {
          with: ['scenario', 'tag', 'role', 'browser', 'size'],
          why: 'it stands for every scenario, browser and size',
        },
      ],
    },
    { flags: '--scenario <ids>', help: 'only these scenarios; may be given again', parse: names },
    { flags: '--tag <tags>', help: 'only scenarios with one of these tags', parse: names },
    { flags: '--role <roles>', help: 'only scenarios for one of these roles', parse: names },
    { flags: '--browser <names>', help: 'only these: chromium, firefox, webkit, chrome, msedge', parse: names },
    { flags: '--size <names>', help: 'only these: phone, tablet, desktop', parse: names },
    { flags: '--shard <i/n>', help: 'one part of several, to be merged', parse: shard },
    {
      flags: '--survey <file>',
      help: 'answers of people about the release: role, score, comment, date',
      isPath: true,
      key: 'uat.feedback.survey',
    },
    { flags: '--approve', help: 'approve the current screenshots' },
    configFile,
    target,
    versionUnderTest,
    artifact,
    sampleDefects,
    policy,
    reportsFolder,
    resultsAsJson,
  ],
  load: async () => (await import('./commands/run.ts')).uatRun,
};

export const commands: readonly CommandDeclaration[] = [
  { name: 'uat', help: 'business scenarios in browsers: run, new, approve, checklist, merge, feedback' },
  run,
  {
    name: 'uat new',
    help: 'write the skeleton of a scenario',
    arguments: [
      { flags: '<id>', help: 'such as SHOP-12' },
      { flags: '<title>', help: 'what the person does' },
    ],
    options: [
      { flags: '--role <role>', help: 'who does it', default: 'customer' },
      { flags: '--requirement <id>', help: 'the requirement that it shows to be met', default: 'U1' },
      configFile,
    ],
    load: async () => (await import('./commands/new.ts')).uatNew,
  },
  {
    name: 'uat approve',
    help: 'approve the screenshots of a run that differ, or that have no approved one yet',
    arguments: [runArgument],
    options: [
      { flags: '--scenario <ids>', help: 'only those of these scenarios; may be given again', parse: names },
      { flags: '--look <names>', help: 'only these visual snapshots, as the report names them', parse: names },
      configFile,
    ],
    load: async () => (await import('./commands/approve.ts')).uatApprove,
  },
  {
    name: 'uat checklist',
    help: 'print the accessibility criteria that only a person can judge, or add what a person found to a run',
    arguments: [runArgument],
    options: [{ flags: '--add <file>', help: 'a checklist that was filled in (YAML or JSON)' }, configFile],
    load: async () => (await import('./commands/checklist.ts')).uatChecklist,
  },
  {
    name: 'uat merge',
    help: 'merge the shards of one run into one folder',
    arguments: [{ flags: '<runs...>', help: 'folders of the shards, or their ids' }],
    options: [configFile, resultsAsJson],
    load: async () => (await import('./commands/run.ts')).uatMerge,
  },
  {
    name: 'uat feedback',
    help: 'serve a page on this machine where people give feedback on a run, or add a survey to it',
    arguments: [runArgument],
    options: [
      { flags: '--survey <file>', help: 'add these answers (YAML, JSON or CSV) and end' },
      {
        flags: '--port <n>',
        help: 'port of the page on 127.0.0.1 (default: any free port)',
        parse: wholeNumber(0, 65_535),
        default: 0,
      },
      configFile,
    ],
    load: async () => (await import('./commands/feedback.ts')).uatFeedback,
  },
];

export const options: readonly OptionDeclaration[] = [
  {
    flags: '--uat [what...]',
    help: 'run business scenarios in browsers while the load is on: ids, tags, roles or all (default: those tagged smoke)',
  },
];

/** `2/3` */
function shard(text: string): { current: number; total: number } {
  const [, current, total] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  if (current === undefined || Number(current) < 1 || Number(current) > Number(total)) {
    throw new InvalidOption('write a part and how many there are, such as 2/3');
  }
  return { current: Number(current), total: Number(total) };
}
