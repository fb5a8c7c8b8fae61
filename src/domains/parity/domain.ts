import { type PartDomain, partDomain } from '../part-domain.ts';
import { commands } from './commands.ts';
import type {} from './section.ts';

const about: PartDomain = {
  // The gate is the one that says whether a simulation is like production; the recording's domain declares it.
  ...{ id: 'parity', gate: 'parity', of: 'the parity of the environments', cause: 'comparison' },
  parts: [
    {
      ...{ id: 'environment', title: 'Environment parity' },
      help: 'staging against production, item by item',
      withLoad: ({ parity, target }) => parity.production !== null || target.sample !== null,
      load: async () => (await import('./validation/environment.ts')).environment,
    },
  ],
  page: {
    title: 'Parity',
    about: 'what staging has other than production',
    foot: [
      'The score is the share of the compared items that are as they should be. Coverage is how much of what there is was compared, each aspect counting the same. A score of 100 % with a low coverage is no pass.',
      'Absent, by default and set are three states. Secrets are compared by a keyed hash and never shown.',
    ],
  },
};

/** Compares environments item by item. */
export const parity = partDomain(about, {
  phases: async () => (await import('./phases.ts')).phases,
  configuration: async () => (await import('./configuration.ts')).configuration,
  commands,
});
