import type { Domain } from '../domain.ts';
import { type PartDomain, partDomain } from '../part-domain.ts';
import {
  artifact,
  configFile,
  policy,
  reportsFolder,
  resultsAsJson,
  sampleDefects,
  signingTrust,
  target,
  versionUnderTest,
} from '../shared-options.ts';
import { commit } from './options.ts';
import { parts } from './parts.ts';
import type {} from './section.ts';

const about: PartDomain = {
  ...{ id: 'promotion', gate: 'approval', parts, isApart: true },
  of: 'the way to production',
  page: {
    title: 'Deployment plan',
    about: 'steps, commands, owners, measured times, the window, and the way back',
    foot: [
      'Times were measured on the staging system, in the run that is named. Commands, owners and what is stated are the team’s own words. The same plan is in deployment-plan.md, the window in schedule.ics.',
    ],
  },
};

const ofParts = partDomain(about, {
  configuration: async () => (await import('./configuration.ts')).configuration,
  commands: [
    {
      name: 'promote',
      help: 'judge the whole stage of a candidate once more, with its approvals; if it is READY, make certificate, package and promotion request',
      options: [
        {
          flags: '--dry-run',
          help: 'send nothing: show every file that was written, and every request that would be sent',
        },
        { flags: '--run <run>', help: 'the readiness run that was approved (default: the newest of the candidate)' },
        { flags: '--package <file>', help: 'where the package goes (default: in the run’s folder)', isPath: true },
        commit,
        ...[configFile, target, versionUnderTest, artifact, sampleDefects, policy, ...signingTrust, reportsFolder],
        resultsAsJson,
      ],
      load: async () => (await import('./promote.ts')).promote,
    },
    {
      name: 'publish',
      help: 'show a run in its pipeline: job summary and annotations of GitHub, and a comment on the pull request or merge request',
      arguments: [{ flags: '[run]', help: 'folder or id of the run' }],
      options: [
        { flags: '--report-url <url>', help: 'where the reports can be read (default: the artifacts of the pipeline)' },
        { flags: '--no-comment', help: 'write no comment' },
        {
          flags: '--keep <folder>',
          help: 'if no comment may be written, as for a fork, keep it in this folder',
        },
        { flags: '--kept <folder>', help: 'write the comment that another workflow kept in this folder' },
        configFile,
      ],
      load: async () => (await import('./publish/publish.ts')).publish,
    },
  ],
});

/** From a verdict to production: deployment plan, window, package, and the request that people and forges decide on. */
export const promotion: Domain = {
  ...ofParts,
  reporting: async () => (await import('./reporting.ts')).promotionReporting(about),
};
