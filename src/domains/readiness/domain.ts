import type { Domain, Judging } from '../domain.ts';
import { names } from '../option-values.ts';
import { type PartDomain, partDomain } from '../part-domain.ts';
import type { PartsSection } from '../part-section.ts';
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
import { lessAskedFigure } from './section.ts';

const about: PartDomain = {
  ...{ id: 'readiness', gate: 'readiness', parts, isApart: true },
  gates: [
    { id: 'readiness', title: 'Readiness checklist' },
    { id: 'approval', title: 'Approval' },
  ],
  of: 'the readiness',
  // It follows from what others found.
  cause: 'coverage',
  page: {
    title: 'Production readiness',
    about: 'gates, checklist, success criteria, risks, attempts and approval',
    foot: [
      'Every figure is of the newest run of the same candidate that judged it, in this environment, judged again just now from its own evidence and by the targets of this policy. Decisions are bound to this report: what is added to the evidence later voids them.',
    ],
  },
};

const domain = partDomain(about, {
  configuration: async () => (await import('./configuration.ts')).configuration,
  commands: [
    {
      name: 'readiness',
      help: 'write the Production Readiness Report, which people decide on: every gate, the checklist, the success criteria, attempts and risks, from the runs of the candidate',
      options: [
        { flags: '--only <parts>', help: 'only these: readiness.risk, or final', parse: names },
        {
          flags: '--rejudge <run>',
          help: 'judge an earlier report again by its evidence',
          conflicts: [{ with: ['only'], why: 'nothing is done again, only judged' }],
        },
        ...[configFile, target, versionUnderTest, artifact, sampleDefects, policy, reportsFolder, resultsAsJson],
      ],
      load: async () => (await import('./command.ts')).readinessReport,
    },
  ],
});

/** What is waived, and what the configuration asks less for, stands in the headline, however the run came out. */
function withWaivers(judging: Judging): Judging {
  const caveats = (section: unknown) => {
    const waived = (section as PartsSection).parts.find(({ id }) => id === 'waivers');
    const figure = (name: string) => waived?.figures.find((one) => one.name === name)?.value ?? '';
    const inForce = figure('Waivers in force');
    const gates = (section as PartsSection).parts.find(({ id }) => id === 'gates');
    return [
      ...(inForce === '' || inForce === '0' ? [] : [`Waived: ${inForce}; needed: ${figure('Needed')}.`]),
      ...(gates?.figures ?? []).filter(({ name }) => name === lessAskedFigure).map(({ value }) => value),
    ];
  };
  return { ...judging, caveats };
}

/** Whether the candidate may go to production, and what people decide on. */
export const readiness: Domain = {
  ...domain,
  judging: async () => withWaivers(await (domain.judging as NonNullable<Domain['judging']>)()),
  reporting: async () => (await import('./reporting.ts')).readinessReporting(about),
};
