import type { ValidationPart } from '../validation.ts';
import type { SuiteKind } from './settings.ts';

/** One for each kind of suite, in the order in which they are done and reported: the quick ones first. */
export const parts: readonly ValidationPart[] = [
  suites('unit', 'Unit tests', 'your unit tests'),
  suites('smoke', 'Smoke tests', 'your smoke tests, against the target'),
  suites('integration', 'Integration tests', 'your integration tests'),
  suites('regression', 'Regression tests', 'your tests of faults that were mended once'),
  suites('api', 'API tests', 'your tests of the API'),
  suites('ui', 'UI tests', 'your tests of the pages'),
];

function suites(id: SuiteKind, title: string, help: string): ValidationPart {
  return {
    ...{ id, title, help },
    leftOut: ({ functional }) => functional.leaveOut[id] ?? null,
    load: async () => (await import('./work.ts')).suitesWork(id, title),
  };
}
