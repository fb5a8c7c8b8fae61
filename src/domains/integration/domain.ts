import { type PartDomain, partDomain } from '../part-domain.ts';
import { commands } from './commands.ts';
import type {} from './section.ts';

const about: PartDomain = {
  ...{ id: 'integration', gate: 'functional' },
  of: 'the integration with others',
  parts: [
    {
      ...{ id: 'contracts', title: 'API contracts' },
      help: 'answers of the recorded traffic, held against OpenAPI documents',
      leftOut: ({ integration: of }) => of.leaveOut.contracts ?? null,
      load: async () => (await import('./contracts/part.ts')).contracts,
    },
    {
      ...{ id: 'changes', title: 'API changes' },
      help: 'what breaks clients between two OpenAPI documents',
      leftOut: ({ integration: of }) => of.leaveOut.changes ?? null,
      load: async () => (await import('./changes/part.ts')).changes,
    },
    {
      ...{ id: 'services', title: 'External services' },
      help: 'real ones: reachable, certificate, contract, latency, quota; stand-ins: what they were recorded from; what the target does without them',
      leftOut: ({ integration: of }) => of.leaveOut.services ?? null,
      load: async () => (await import('./services/part.ts')).services,
    },
  ],
  page: {
    title: 'Integration',
    about: 'interfaces held against their documents, what breaks clients, and external services',
    foot: [
      'What no answer of the traffic showed is not proved: it stands under what was not covered.',
      'A stand-in shows how the target deals with a service as it was recorded. It shows nothing of how that service is now.',
    ],
  },
};

/** Whether the target keeps to what it agreed with others, and whether these are there. */
export const integration = partDomain(about, {
  phases: async () => (await import('./phases.ts')).phases,
  commands,
  configuration: async () => (await import('./configuration.ts')).configuration,
});
