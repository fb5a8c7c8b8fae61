import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ShakedownError } from '../model/error.ts';

/** The policies that come with Shakedown. */
export const bundledFolder = fileURLToPath(new URL('../../reports/policies', import.meta.url));

const endings = ['.yaml', '.yml'];

/** Where a policy stands. @param folder of the project @throws ShakedownError POLICY_NOT_FOUND */
export function policyFile(name: string, folder: string): string {
  if (/\.ya?ml$/.test(name)) {
    const file = resolve(folder, name);
    if (existsSync(file)) return file;
  }
  const folders = [join(folder, 'reports', 'policies'), bundledFolder];
  for (const place of folders) {
    for (const ending of endings) {
      const file = join(place, `${name}${ending}`);
      if (/^[\w-]+$/.test(name) && existsSync(file)) return file;
    }
  }
  const names = folders.flatMap((place) => (existsSync(place) ? readdirSync(place) : []));
  const policies = names.filter((one) => endings.some((ending) => one.endsWith(ending)));
  const there = [...new Set(policies.map((one) => one.replace(/\.ya?ml$/, '')))].sort();
  throw new ShakedownError('POLICY_NOT_FOUND', `There is no policy ${JSON.stringify(name)}.`, {
    hint: `There are ${there.join(', ')}; one of your own goes into reports/policies/.`,
  });
}
