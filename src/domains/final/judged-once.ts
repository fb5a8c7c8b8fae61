import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../../model/results.ts';
import type { ValidationContext } from '../validation.ts';

type About = Pick<ValidationContext, 'services' | 'teardown'>;

/** What stored runs came to, for as long as the command lasts that its teardown is of. */
const known = new WeakMap<About['teardown'], Map<string, Promise<Results | null>>>();

/**
 * What a stored run comes to by its own evidence, judged once in a command unless its files changed in between: nine gates ask for the same runs.
 * It is judged for a gate only where it can be a run of it.
 * @param isOf whether a run can be one that judged the gate
 * @returns null: it cannot be read
 */
export async function judgedOnce(
  folder: string,
  gate: string,
  { services, teardown }: About,
  isOf: (results: Results) => boolean,
): Promise<Results | null> {
  const before = known.get(teardown) ?? new Map<string, Promise<Results | null>>();
  known.set(teardown, before);
  const state = await stateOf(folder);
  const once = (of?: string): Promise<Results | null> => {
    const key = `${state} ${of ?? ''}`;
    const judged = before.get(key) ?? (services?.judged(folder, of) ?? Promise.resolve(null)).catch(() => null);
    before.set(key, judged);
    return judged;
  };
  const asItWas = await once();
  return asItWas === null || !isOf(asItWas) ? asItWas : once(gate);
}

/** Another text where what it was judged by was written since. */
async function stateOf(folder: string): Promise<string> {
  const marks = ['journal.ndjson', 'manifest.json', 'sign-offs.ndjson'].map(async (name) => {
    const found = await stat(join(folder, name), { bigint: true }).catch(() => null);
    return found === null ? '-' : `${found.ino}.${found.size}.${found.mtimeNs}`;
  });
  return [folder, ...(await Promise.all(marks))].join(' ');
}
