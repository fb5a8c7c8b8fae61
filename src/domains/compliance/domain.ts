import { type PartDomain, partDomain } from '../part-domain.ts';
import type {} from './section.ts';

const about: PartDomain = {
  ...{ id: 'compliance', gate: 'compliance', gates: [{ id: 'compliance', title: 'Compliance' }] },
  of: 'the controls',
  // They follow from what others found.
  cause: 'coverage',
  parts: [
    {
      ...{ id: 'controls', title: 'Controls' },
      help: 'each control of a checklist, tied to evidence of this run or to a document',
      load: async () => (await import('./controls.ts')).controls,
    },
  ],
  page: {
    title: 'Compliance',
    about: 'which controls are met, and by what evidence',
    foot: [
      'The lists are a start in our own words, with the ids of their frameworks. They are no audit: whoever is responsible decides whether they are enough.',
    ],
  },
};

/** Controls that an auditor asks for, each tied to evidence in the run or to a document. */
export const compliance = partDomain(about, {
  configuration: async () => (await import('./configuration.ts')).configuration,
});
