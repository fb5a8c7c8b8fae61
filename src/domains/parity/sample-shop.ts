import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Rule, ruleSchema } from './compare/rules.ts';
import { readYamlOrJson } from './descriptor/bounded-file.ts';
import { readDescriptor } from './descriptor/file.ts';
import type { Descriptor } from './descriptor/format.ts';

const at = (name: string) => fileURLToPath(new URL(`./sample-shop/${name}`, import.meta.url));

/** What a process may use and is told is read where Linux shows it; elsewhere that much is not seen. */
export const sampleMinimumCoverage = process.platform === 'linux' ? 95 : 70;
export const sampleAge = 'comes with this version of the sample system, and is as old as that';

/** Production of the bundled sample system, as its team would have written it down, and what may differ from machine to machine. */
export async function sampleProduction(): Promise<{ production: Descriptor; rules: Rule[] }> {
  const rules = z.array(ruleSchema).parse(await readYamlOrJson(at('rules.yaml'), 'The rules'));
  return { production: await readDescriptor(at('production.yaml')), rules };
}
