import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { partsOf } from '../../../src/domains/uat/view/parts.ts';
import type { ScenarioInfo } from '../../../src/model/uat.ts';

const info = (role: string, file = 'shop.uat.ts'): ScenarioInfo => ({
  ...{ id: 'S-1', title: 'Buys', requirement: 'U1', priority: 'must', tags: [] },
  role,
  file,
});
const texts = (infos: ScenarioInfo[]) => partsOf(infos).parts.map(({ text }) => text);

it('narrows the list of scenarios to a role, and to a file where all have one role', () => {
  expect(texts([info('clerk'), info('customer'), info('clerk')])).toEqual(['clerk', 'customer']);
  expect(texts([info('', 'a.uat.ts'), info('', 'b.uat.ts')])).toEqual(['a.uat.ts', 'b.uat.ts']);
  expect(texts([info('clerk'), info('')])).toEqual(['clerk', 'no role']);
  expect(texts([info('clerk'), info('clerk')])).toEqual([]);
});

it('puts every scenario in a part that the style sheet knows, however many there are', () => {
  const infos = Array.from({ length: 30 }, (_, index) => info(`role ${index + 10}`));
  const { parts, partOf } = partsOf(infos);
  expect(parts.map(({ text }) => text)).toEqual([...infos.slice(0, 7).map(({ role }) => role), 'all others']);
  const styles = readFileSync(new URL('../../../reports/assets/report.css', import.meta.url), 'utf8');
  for (const { name } of parts) expect(styles).toContain(`:has(#${name}:checked) .matrix tbody tr:not(.${name})`);
  expect(partOf(infos[2] as ScenarioInfo)).toBe('part-3');
  expect(partOf(infos[29] as ScenarioInfo)).toBe('part-8');
});
