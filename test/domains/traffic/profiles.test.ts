import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { timeMap } from '../../../src/domains/traffic/plan/shape.ts';
import { profileSchema, rateShape } from '../../../src/domains/traffic/profile.ts';

const folder = fileURLToPath(new URL('../../../load/profiles', import.meta.url));

it.each(readdirSync(folder))('the profile %s is one, and its shape can be planned', (name) => {
  const profile = profileSchema.parse(parse(readFileSync(join(folder, name), 'utf8')));
  expect(() => timeMap(rateShape(profile.shape ?? 'flat'), 60_000)).not.toThrow();
});
