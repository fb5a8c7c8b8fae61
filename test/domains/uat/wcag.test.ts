import { expect, it } from 'vitest';
import { wcagCoverage } from '../../../src/domains/uat/wcag.ts';

it('knows the 55 criteria of WCAG 2.2 A and AA, and which of them any rule looks at', () => {
  const { criteria, engine, rules } = wcagCoverage();
  expect([criteria.length, criteria.filter(({ level }) => level === 'A').length]).toEqual([55, 31]);
  expect(new Set(criteria.map(({ id }) => id)).size).toBe(55);
  expect(engine).toMatch(/^axe-core \d/);
  expect(rules).toBeGreaterThan(80);
  const of = (id: string) => criteria.find((each) => each.id === id);
  expect(of('1.4.3')).toMatchObject({ title: 'Contrast (Minimum)', level: 'AA', rules: 1 });
  expect(of('2.4.7')).toMatchObject({ rules: 0, own: 'walked by Tab' });
  expect(of('3.3.7')).toMatchObject({ rules: 0, own: null });
  const covered = criteria.filter((each) => each.rules > 0).length;
  expect(covered).toBeGreaterThan(15);
  expect(covered).toBeLessThan(35);
});
