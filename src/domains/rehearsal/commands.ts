import type { CommandDeclaration, OptionDeclaration } from '../command.ts';
import { positiveNumber, wholeNumber } from '../option-values.ts';
import { artifact, configFile, policy, reportsFolder, resultsAsJson, sampleDefects } from '../shared-options.ts';
import { rehearsals } from './rehearsals.ts';

const port = wholeNumber(0, 65_535);

const version: OptionDeclaration = {
  flags: '--version <version>',
  help: "which version (default: the configuration's)",
};

const switchDriver: OptionDeclaration = {
  flags: '--switch <driver>',
  help: 'what moves traffic',
  choices: ['embedded', 'haproxy', 'envoy', 'nginx', 'kubernetes', 'command'],
  key: 'deployment.switch.driver',
};

export const commands: readonly CommandDeclaration[] = [
  {
    name: 'deploy',
    help: 'bring a version up on the staging system, move the traffic to it, and record it in the deployment history',
    options: [
      version,
      {
        flags: '--down',
        help: 'end the staging system',
        conflicts: [{ with: ['version'], why: 'it ends all versions' }],
      },
      { flags: '--history', help: 'print the deployments so far' },
      switchDriver,
      configFile,
      sampleDefects,
      { flags: '--json', help: 'print it as JSON' },
    ],
    load: async () => (await import('./commands/deploy.ts')).deploy,
  },
  {
    name: 'rehearse',
    help: 'rehearse the moves of a deployment on the staging system under load, and write the Deployment Rehearsal Report',
    options: [
      ...rehearsals.map(({ id, help }): OptionDeclaration => ({ flags: `--${id}`, help: `only this: ${help}` })),
      { ...version, help: "the candidate (default: the configuration's version)" },
      {
        flags: '--previous <version>',
        help: 'the version that it replaces (default: the one before it)',
        key: 'rehearsal.previousVersion',
      },
      {
        flags: '--rate <requests>',
        help: 'requests of the recording per second',
        parse: positiveNumber,
        key: 'rehearsal.ratePerSecond',
      },
      switchDriver,
      {
        flags: '--dashboard [port]',
        help: 'show it in a browser, on 127.0.0.1, and decide there (default: any free port)',
        parse: port,
      },
      {
        flags: '--rejudge <run>',
        help: 'judge an earlier rehearsal again by its evidence',
        conflicts: [
          {
            with: ['version', 'previous', 'rate', 'switch', 'dashboard'],
            why: 'nothing is done again, only judged',
          },
        ],
      },
      configFile,
      artifact,
      sampleDefects,
      policy,
      reportsFolder,
      resultsAsJson,
    ],
    load: async () => (await import('./commands/rehearse.ts')).rehearse,
  },
];
