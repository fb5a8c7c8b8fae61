import type { ValidationPart } from '../validation.ts';
import { validations } from './sources.ts';

/** First what other runs have found, last what rests on all of it. */
export const parts: readonly ValidationPart[] = [
  ...validations.map(
    ({ id, gate, title }): ValidationPart => ({
      ...{ id, title, gate },
      help: `what a final validation of the same candidate found: ${title.toLowerCase()}`,
      load: async () => {
        const [{ earlierGate }, { validationSource }] = await Promise.all([
          import('../earlier-gate.ts'),
          import('./sources.ts'),
        ]);
        return earlierGate(validationSource(id));
      },
    }),
  ),
  {
    ...{ id: 'attempts', title: 'Attempts' },
    help: 'every attempt of the candidate at every gate, and why those failed that a pass came after',
    load: async () => (await import('./attempts.ts')).attempts,
  },
  {
    ...{ id: 'waivers', title: 'Waivers' },
    help: 'objectives that need not hold for a time, by whom, and whether they were needed',
    load: async () => (await import('./waivers.ts')).waivers,
  },
  {
    ...{ id: 'gates', title: 'What the gates ask for' },
    help: 'each gate of the policy: what is required, what was found, by which run, and how old that is',
    load: async () => (await import('./gate-table.ts')).gateTable,
  },
  {
    ...{ id: 'risk', title: 'Risk assessment', gate: 'approval' },
    help: 'likelihood and impact of what could go wrong, made from what was measured',
    load: async () => (await import('./risk.ts')).risk,
  },
  {
    ...{ id: 'approval', title: 'Approval', gate: 'approval' },
    help: 'who has decided on the readiness report, by signatures of allowed signers',
    load: async () => (await import('./approval.ts')).approval,
  },
  {
    ...{ id: 'checklist', title: 'Readiness checklist' },
    help: 'stability, performance, security and function, line by line, and the decision',
    load: async () => (await import('./checklist.ts')).checklist,
  },
  {
    ...{ id: 'criteria', title: 'Success criteria' },
    help: 'events, state and metrics of the stage that the criteria name',
    load: async () => (await import('./criteria.ts')).criteria,
  },
];
