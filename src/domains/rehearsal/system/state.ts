import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { replaceFileSync } from '../../../evidence/atomic-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import { standing } from '../standing.ts';
import { standingSwitch } from '../switch/standing-switch.ts';
import { undo } from './undo.ts';

const weights = z.record(z.string(), z.number());

const side = z.object({
  name: z.string(),
  version: z.string(),
  artifacts: z.array(z.object({ name: z.string(), digest: z.string() })),
  migration: z.string().nullable(),
  /** The program that brings it up, while it runs: it is ended first, or it would go on while the side is ended. */
  doing: standing.optional(),
  instances: z.array(
    z.object({
      name: z.string(),
      url: z.string(),
      /** null: it is no process of this machine. */
      process: standing.nullable(),
      /** File in which it notes its requests; null: none. */
      log: z.string().nullable(),
    }),
  ),
});

/** One version, as it runs beside others. */
export type Side = z.output<typeof side>;

const stateSchema = z.object({
  format: z.literal('shakedown.staging/1'),
  driver: z.string(),
  /** Where processes write, and sockets are: of this user only. */
  scratch: z.string(),
  /** What all versions share: its processes, and what it has given to instances. */
  shared: z
    .object({ process: standing, pids: z.array(standing), environment: z.record(z.string(), z.string()) })
    .nullable(),
  switch: standingSwitch,
  sides: z.array(side),
  /** What the switch was set to last. */
  weights,
  /** A rehearsal moves traffic: who does, where the traffic is to be afterwards, and which sides are to stay. null: none does. */
  moving: z.object({ by: standing, weights, keep: z.array(z.string()) }).nullable(),
  /** What else is to be put back, where a rehearsal does not come to its end. */
  undo: z.array(undo).default([]),
});

/** `reports/staging.json`: the staging system that runs, for the commands that find it. */
export type StagingState = z.output<typeof stateSchema>;

/** null: there is none. @throws ShakedownError STAGING_STATE where it cannot be read */
export function readState(file: string): StagingState | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(file, error);
  }
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): ShakedownError {
  return new ShakedownError('STAGING_STATE', `${file} cannot be read.`, {
    hint: 'End what is left of the staging system by hand, and remove the file.',
    cause,
  });
}

/** It holds what instances are given, secrets among it: for this user only. */
export function writeState(file: string, state: StagingState): void {
  replaceFileSync(file, `${JSON.stringify(state, null, 1)}\n`, { mode: 0o600 });
}

export function removeState(file: string): void {
  rmSync(file, { force: true });
}

/** Whether two versions are made of the same, as far as their digests are known. */
export function sameArtifacts(a: Side, b: Side): boolean {
  const digests = ({ artifacts }: Side) => artifacts.map(({ digest }) => digest).sort();
  return a.artifacts.length > 0 && digests(a).join() === digests(b).join();
}
