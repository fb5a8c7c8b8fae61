import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Policy } from '../model/config.ts';
import { ShakedownError } from '../model/error.ts';
import { checked } from './problems.ts';
import { readData } from './read.ts';

/** The policies that come with Shakedown. */
const bundledFolder = fileURLToPath(new URL('../../reports/policies', import.meta.url));

const change = z
  .strictObject({
    comparison: z.enum(['<', '<=', '>', '>=', '=']),
    target: z.number(),
    weight: z.number().min(0),
    key: z.boolean(),
    minimumSamples: z.int().min(0),
    title: z.string().min(1),
  })
  .partial();

const policySchema = z.strictObject({
  title: z.string().min(1),
  gates: z.array(z.string().min(1)).min(1),
  objectives: z.record(z.string(), change).default({}),
  maxAgeHours: z.record(z.string(), z.number().positive()).default({}),
});

/**
 * Reads a policy: a YAML file, or the name of one in `reports/policies/` of the project or of Shakedown.
 * @param folder of the project
 * @param knownObjectives their ids; a policy that changes another is refused
 * @throws ShakedownError POLICY_NOT_FOUND, POLICY_INVALID
 */
export async function readPolicy(name: string, folder: string, knownObjectives: readonly string[]): Promise<Policy> {
  const file = find(name, folder);
  const { objectives, ...policy } = checked(policySchema, await readData(file), file, 'POLICY_INVALID');
  for (const id of Object.keys(objectives)) {
    if (knownObjectives.includes(id)) continue;
    throw new ShakedownError('POLICY_INVALID', `${file}: objectives.${id}: no default objective has this id.`, {
      hint: `There are ${knownObjectives.join(', ')}.`,
    });
  }
  for (const id of Object.keys(policy.maxAgeHours)) {
    if (policy.gates.includes(id)) continue;
    throw new ShakedownError('POLICY_INVALID', `${file}: maxAgeHours.${id}: the policy does not name this gate.`, {
      hint: 'Add it to gates, or leave that line out.',
    });
  }
  return {
    name: basename(file).replace(/\.ya?ml$/, ''),
    ...policy,
    objectives: objectives as Policy['objectives'],
  };
}

function find(name: string, folder: string): string {
  if (/\.ya?ml$/.test(name)) {
    const file = resolve(folder, name);
    if (existsSync(file)) return file;
  }
  const folders = [join(folder, 'reports', 'policies'), bundledFolder];
  for (const place of folders) {
    const file = join(place, `${name}.yaml`);
    if (/^[\w-]+$/.test(name) && existsSync(file)) return file;
  }
  const names = folders.flatMap((place) => (existsSync(place) ? readdirSync(place) : []));
  const there = [...new Set(names.filter((one) => one.endsWith('.yaml')).map((one) => one.slice(0, -5)))].sort();
  throw new ShakedownError('POLICY_NOT_FOUND', `There is no policy ${JSON.stringify(name)}.`, {
    hint: `There are ${there.join(', ')}; one of your own goes into reports/policies/.`,
  });
}
