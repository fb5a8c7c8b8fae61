import { z } from 'zod';
import { readBoundedSync } from '../../evidence/bounded-file.ts';
import { ShakedownError } from '../../model/error.ts';

const bytesAtMost = 200_000;

/** What `swarm/started` brings, by the names of the scenario. What each of them holds is the user's own. */
export const initialState = z.strictObject({
  staging_environment_config: z.unknown().optional().describe('How the environment should be; empty when absent.'),
  deployment_pipeline: z.unknown().optional().describe('How the candidate comes to staging; empty when absent.'),
  staging_test_suite: z.unknown().optional().describe('What is tested; empty when absent.'),
});

export type InitialState = z.output<typeof initialState>;

/** The same within the event that brings it, in the forms in which scenarios write it down. */
const asEvent = z.union([
  z.object({
    type: z.literal('swarm/started'),
    data: z.object({ initialState }).transform((data) => data.initialState),
  }),
  z.object({ event: z.literal('swarm/started'), initialState }),
  z.object({ initialState }),
]);

/**
 * Reads the initial state from a JSON file: the three keys, or the event `swarm/started` around them.
 * @throws ShakedownError STAGE_STATE where it cannot be read, or has another key
 */
export function readInitialState(file: string): InitialState {
  let value: unknown;
  try {
    value = JSON.parse(readBoundedSync(file, bytesAtMost).toString('utf8'));
  } catch (cause) {
    throw refused(file, (cause as Error).message);
  }
  const event = asEvent.safeParse(value);
  if (event.success) {
    const found = event.data;
    return 'data' in found ? found.data : found.initialState;
  }
  const plain = initialState.safeParse(value);
  if (plain.success) return plain.data;
  const [issue] = plain.error.issues;
  throw refused(file, issue === undefined ? 'it has another form' : issue.message);
}

function refused(file: string, why: string): ShakedownError {
  return new ShakedownError('STAGE_STATE', `The initial state ${file} cannot be used: ${why}.`, {
    hint: 'It holds staging_environment_config, deployment_pipeline and staging_test_suite, or the event swarm/started with these.',
  });
}
