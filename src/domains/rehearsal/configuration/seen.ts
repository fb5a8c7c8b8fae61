import type { Side } from '../system/state.ts';
import type { Seen } from './evidence.ts';
import { differencesOf, type Rendered } from './render.ts';

const timeoutMs = 5000;

/** Asks every instance what is in force there. An instance that doesn't say so is not taken to have it. */
export async function seenOf(
  side: Side,
  { declared, path, when }: { declared: Rendered; path: string; when: Seen['when'] },
): Promise<Seen> {
  const instances = await Promise.all(
    side.instances.map(async ({ name, url }) => {
      try {
        const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(timeoutMs) });
        if (response.status !== 200) throw new Error(`${path} answers ${response.status}`);
        const found: unknown = await response.json().catch(() => {
          throw new Error(`${path} answers no JSON`);
        });
        return { name, ...differencesOf(declared, found), error: null };
      } catch (error) {
        return { name, differences: [], unseen: [], error: (error as Error).message };
      }
    }),
  );
  return { kind: 'seen', when, instances };
}
