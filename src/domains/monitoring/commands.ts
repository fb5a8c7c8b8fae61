import type { CommandDeclaration } from '../command.ts';
import { durationMs, names } from '../option-values.ts';
import {
  artifact,
  configFile,
  policy,
  reportsFolder,
  resultsAsJson,
  sampleDefects,
  versionUnderTest,
} from '../shared-options.ts';

export const commands: readonly CommandDeclaration[] = [
  { name: 'validate', help: 'prove what production rests on: monitoring, and all of it together' },
  {
    name: 'validate monitoring',
    help: 'validate rules, metrics, dashboards, logs, traces and health, and write the Monitoring Validation Report',
    options: [
      {
        flags: '--production-rules',
        help: 'prove every production rule: break things, and see each alert received and resolved',
      },
      {
        flags: '--watch-clean <time>',
        help: 'with --production-rules: for how long no alert may fire while nothing is wrong, such as 15m',
        parse: durationMs,
      },
      {
        flags: '--page-real',
        help: 'send one page, marked as a test, to each real receiver of your configuration',
      },
      { flags: '--only <parts>', help: 'only these parts; may be given again', parse: names },
      {
        flags: '--rejudge <run>',
        help: 'judge an earlier validation again by its evidence',
        conflicts: [
          { with: ['productionRules', 'pageReal', 'watchClean', 'only'], why: 'nothing is done again, only judged' },
        ],
      },
      ...[configFile, versionUnderTest, artifact, sampleDefects, policy, reportsFolder, resultsAsJson],
    ],
    load: async () => (await import('./commands/validate.ts')).validateMonitoring,
  },
];
