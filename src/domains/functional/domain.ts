import { type PartDomain, partDomain } from '../part-domain.ts';
import { parts } from './parts.ts';
import type {} from './section.ts';

const about: PartDomain = {
  ...{ id: 'functional', gate: 'functional', gates: [{ id: 'functional', title: 'Functional' }] },
  of: 'the functions',
  parts,
  // Requirement G3.
  share: {
    ...{ id: 'pass-rate', title: 'Tests that pass', words: 'share of all tests that passed', target: 95 },
    none: 'no test was run',
  },
  page: {
    title: 'Functional tests',
    about: 'which tests pass, and what fails that passed before',
    foot: [
      'Tests are counted as the result files of their own runners name them. The pass rate is that of the tests that were run; one that passed only when it was tried again is no pass.',
      'What failed before, and which tests are expected, is known from the last run of the suite that passed.',
    ],
  },
};

/** The test suites that a project has, judged by the files that they write. */
export const functional = partDomain(about, {
  configuration: async () => (await import('./configuration.ts')).configuration,
});
