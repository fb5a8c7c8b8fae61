import type { ValidationPart } from '../validation.ts';

/** What the way to production needs beside a candidate that is good enough. */
export const parts: readonly ValidationPart[] = [
  {
    ...{ id: 'plan', title: 'Deployment plan', gate: 'approval' },
    help: 'steps, commands and owners, with the times of the newest rehearsal, and the way back',
    load: async () => (await import('./plan/work.ts')).plan,
  },
  {
    ...{ id: 'schedule', title: 'Schedule', gate: 'approval' },
    help: 'whether the window is a real one, still to come, free of freezes, and long enough for a rollback too',
    load: async () => (await import('./schedule/work.ts')).schedule,
  },
];
