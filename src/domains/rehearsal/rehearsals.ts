import { blueGreen } from './blue-green/rehearsal.ts';
import { canary } from './canary/rehearsal.ts';
import { configurationChange } from './configuration/rehearsal.ts';
import { migration } from './database/rehearsal.ts';
import { flags } from './flags/rehearsal.ts';
import { disasterRecovery } from './recovery/rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';

/** Every rehearsal, in the order in which they are done. A new one is a folder and a line here. */
export const rehearsals: readonly Rehearsal[] = [
  blueGreen,
  canary,
  migration,
  configurationChange,
  flags,
  disasterRecovery,
];
