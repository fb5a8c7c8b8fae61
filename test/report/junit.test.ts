import { describe, expect, it } from 'vitest';
import type { Results } from '../../src/model/results.ts';
import { cases, hostile, notReady } from './fixture.ts';
import { rendered } from './rendered.ts';

const junit = async (results: Results) => (await rendered(results))['junit.xml'] ?? '';

interface Element {
  name: string;
  attributes: Map<string, string>;
  children: Element[];
}

/** Reads XML as strictly as these files need: one root, everything closed, no character that XML forbids. */
function parse(xml: string): Element {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids them
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u.test(xml)) throw new Error('character');
  const root: Element = { name: '', attributes: new Map(), children: [] };
  const open = [root];
  const token = /<\?xml[^>]*\?>|<(\/?)([a-z-]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  let end = 0;
  for (let found = token.exec(xml); found !== null; found = token.exec(xml)) {
    end = token.lastIndex;
    const [, closing, name, attributes = '', empty, text] = found;
    if (text !== undefined && /&(?!(amp|lt|gt|quot|apos);)/.test(text)) throw new Error(`entity in ${text}`);
    if (name === undefined) continue;
    if (closing === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}>`);
      continue;
    }
    const pairs = [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(
      ([, key = '', value = '']) => [key, value] as const,
    );
    if (pairs.some(([, value]) => /&(?!(amp|lt|gt|quot|apos);)/.test(value))) throw new Error('entity');
    const element = { name, attributes: new Map(pairs), children: [] };
    open.at(-1)?.children.push(element);
    if (empty !== '/') open.push(element);
  }
  const [only] = root.children;
  if (end !== xml.length || open.length !== 1 || only === undefined || root.children.length !== 1)
    throw new Error(`at ${end}`);
  return only;
}

const casesOf = (suite: Element) => suite.children.filter(({ name }) => name === 'testcase');
const having = (suite: Element, name: string) =>
  casesOf(suite).filter(({ children }) => children.some((child) => child.name === name));

describe('junit.xml', () => {
  it.each(Object.entries(cases))('is what the Ant and Jenkins schemas ask for: %s', async (_, make) => {
    const root = parse(await junit(make()));
    expect([root.name, root.attributes.size]).toEqual(['testsuites', 0]);
    root.children.forEach((suite, index) => {
      const attribute = (name: string) => suite.attributes.get(name) ?? '';
      expect([...suite.attributes.keys()].sort()).toEqual(
        'errors failures hostname id name package skipped tests time timestamp'.split(' '),
      );
      expect(attribute('id')).toBe(String(index));
      expect(attribute('timestamp')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      expect(attribute('time')).toMatch(/^\d+\.\d{3}$/);
      expect(attribute('name')).not.toBe('');
      const order = suite.children.map(({ name }) => name);
      expect(order).toEqual(['properties', ...casesOf(suite).map(() => 'testcase'), 'system-out', 'system-err']);
      expect(Number(attribute('tests'))).toBe(casesOf(suite).length);
      expect(Number(attribute('failures'))).toBe(having(suite, 'failure').length);
      expect(Number(attribute('errors'))).toBe(having(suite, 'error').length);
      expect(Number(attribute('skipped'))).toBe(having(suite, 'skipped').length);
    });
  });

  it('tells fail, inconclusive and not run apart, and lets none of them pass', async () => {
    const root = parse(await junit(notReady()));
    const suite = (name: string) => root.children.find((own) => own.attributes.get('name') === name) as Element;
    const [failed] = having(suite('Performance'), 'failure');
    expect(failed?.attributes.get('name')).toBe('Response time p99');
    expect(failed?.children[0]?.attributes.get('message')).toMatch(/^Past the target for 40 min/);
    expect(having(suite('Performance'), 'failure')).toHaveLength(2);
    const [unsure] = having(suite('Simulation parity'), 'error');
    expect(unsure?.children[0]?.attributes.get('type')).toBe('inconclusive');
    expect(having(suite('Compliance'), 'skipped')).toHaveLength(1);
  });

  it('holds hostile text as text', async () => {
    const xml = await junit(hostile());
    expect(xml).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(xml).not.toContain('<script');
  });
});
