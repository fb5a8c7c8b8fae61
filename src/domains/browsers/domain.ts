import type { Domain } from '../domain.ts';
import { wholeNumber } from '../option-values.ts';
import type {} from './section.ts';

/** What people wait for in browsers: some visit the target beside the load. */
export const browsers: Domain = {
  id: 'browsers',
  companions: async () => [(await import('./open.ts')).browserUsers],
  options: [
    {
      flags: '--browser-vus <count>',
      help: 'browser users beside the load, in real browsers (default: browser.vus)',
      parse: wholeNumber(0, 50),
      key: 'browser.vus',
    },
  ],
  configuration: async () => (await import('./configuration.ts')).configuration,
  judging: async () => (await import('./judging.ts')).judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
};
