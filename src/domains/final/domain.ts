import { durationMs, names } from '../option-values.ts';
import { type PartDomain, partDomain } from '../part-domain.ts';
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
import { parts } from './parts.ts';
import type {} from './section.ts';

const about: PartDomain = {
  ...{ id: 'final', gate: 'candidate', gates: [{ id: 'candidate', title: 'Candidate' }], parts },
  of: 'the earlier runs of the candidate',
  page: {
    title: 'Candidate and earlier runs',
    about: 'what was validated, and what other runs of the same candidate came to',
    foot: [
      'A run counts if it tested the same artifacts, was judged again just now from its own evidence, and is not too old. The newest that judged a gate decides; those before it are named.',
    ],
  },
};

/** The final validation: everything that is known of a candidate, joined in one verdict. */
export const final = partDomain(about, {
  phases: async () => (await import('./phases.ts')).phases,
  options: [
    {
      flags: '--checks',
      help: 'before the load, also run the quick checks: parity of the environment, data, services, security',
    },
  ],
  configuration: async () => (await import('./configuration.ts')).configuration,
  commands: [
    {
      name: 'validate final',
      help: 'give one verdict on all that is known of the candidate, and write the Final Validation Report: parity, data, integration, function, security, compliance, and the runs made before',
      options: [
        {
          flags: '--comprehensive',
          help: 'also make the runs that are missing: simulation, faults, capacity, acceptance, monitoring, rehearsal',
          key: 'final.comprehensive',
        },
        {
          flags: '--duration <time>',
          help: 'with --comprehensive: how long a missing simulation runs (default: 2m)',
          parse: durationMs,
          key: 'final.simulationMs',
          needs: 'comprehensive',
        },
        { flags: '--only <domains>', help: 'only these: security, or parity.environment for one part', parse: names },
        {
          flags: '--rejudge <run>',
          help: 'judge an earlier validation again by its evidence',
          conflicts: [{ with: ['comprehensive', 'only'], why: 'nothing is done again, only judged' }],
        },
        ...[configFile, target, versionUnderTest, artifact, sampleDefects, policy, reportsFolder, resultsAsJson],
      ],
      load: async () => (await import('./validate.ts')).validateFinal,
    },
  ],
});
