import type { Domain, Judging } from '../domain.ts';
import { collected, durationMs, names, wholeNumber } from '../option-values.ts';
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
import type {} from './section.ts';

const begun = 'a stage that goes on does what it was begun for';

/** The whole staging stage: the phases of all domains, by roles that act on events and share one state. */
export const stage: Domain = {
  id: 'stage',
  phases: async () => (await import('./phases.ts')).phases,
  configuration: async () => (await import('./configuration.ts')).configuration,
  judging: async () => (await import('./judging.ts')).judging as Judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
  commands: [
    {
      name: 'run',
      help: 'run the whole stage: set-up, simulation with faults and scenarios, capacity, acceptance, rehearsal, monitoring, final validation, readiness, approval, promotion',
      options: [
        {
          flags: '--duration <time>',
          help: 'how long the load of the simulation lasts (default: 10m)',
          parse: durationMs,
        },
        {
          flags: '--only <phases>',
          help: 'only these phases',
          parse: names,
          conflicts: [{ with: ['from'], why: 'each says which phases are done' }],
        },
        { flags: '--from <phase>', help: 'this phase and all after it; with --resume: run it again, and all after it' },
        {
          flags: '--skip <phase=reason>',
          help: 'leave a phase out, with the reason; its gates are inconclusive; may be given again',
          parse: collected,
        },
        { flags: '--keep-going', help: 'go on after a phase that failed, and roll nothing back' },
        {
          flags: '--resume <run>',
          help: 'go on with a stage that was paused or cut off: its folder, or its id',
          conflicts: [{ with: ['duration', 'only', 'skip', 'keepGoing', 'dryRun'], why: begun }],
        },
        { flags: '--dry-run', help: 'print the phases, and do nothing' },
        ...[configFile, target, versionUnderTest, artifact, sampleDefects, policy, reportsFolder, resultsAsJson],
      ],
      load: async () => (await import('./run.ts')).runStage,
    },
    {
      name: 'dashboard',
      help: 'show the whole stage in a browser, finished or under way, with the history of runs; read-only, on 127.0.0.1',
      arguments: [{ flags: '[run]', help: 'folder of the stage, or its id (default: the newest)' }],
      options: [
        { flags: '--port <n>', help: 'port of the page (default: any free port)', parse: wholeNumber(0, 65_535) },
        configFile,
      ],
      load: async () => (await import('./dashboard/command.ts')).dashboard,
    },
  ],
};
