import { describe, expect, it } from 'vitest';
import { firstWords, readableResults, shortened, visible } from '../../src/report-kit/text.ts';
import { loadOf, ready } from '../report/fixture.ts';

describe('text from elsewhere', () => {
  it('shows what would be hidden', () => {
    expect(visible('user\u202egnp.exe')).toBe('user⟨U+202E⟩gnp.exe');
    expect(visible('a\u0000b\u001b[31mc\u0085\u200b')).toBe('a⟨U+0000⟩b⟨U+001B⟩[31mc⟨U+0085⟩⟨U+200B⟩');
    expect(visible('two\r\n\tlines')).toBe('two lines');
    expect(visible('\ud800 \udfff \ufffe')).toBe('� � �');
  });

  it('leaves honest text of any script alone', () => {
    for (const text of ['Größe 🚢', 'مرحبا', 'שלום', '商品', 'naïve – “quotes”']) expect(visible(text)).toBe(text);
  });

  it('is cut between words, where the beginning says enough', () => {
    expect(firstWords('database latency 200 ms', 23)).toBe('database latency 200 ms');
    expect(firstWords('database latency 200 ms', 22)).toBe('database latency 200…');
    expect(firstWords('database latency 200 ms', 19)).toBe('database latency…');
    expect(firstWords('worker killed, then restarted', 15)).toBe('worker killed…');
    expect(firstWords('GET-/products/:id/reviews latency', 20)).toBe(
      shortened('GET-/products/:id/reviews latency', 20),
    );
  });

  it('is shortened in the middle, between characters', () => {
    expect(shortened('abcdefghij', 10)).toBe('abcdefghij');
    expect(shortened('abcdefghijk', 10)).toBe('abcdefg…jk');
    expect([...shortened('🚢'.repeat(500), 9)]).toHaveLength(9);
    expect(shortened('🚢'.repeat(500), 9)).not.toMatch(/\p{Surrogate}/u);
  });

  it('is made readable everywhere in the results, and the results are not touched', () => {
    const results = ready();
    const { errors } = loadOf(results);
    errors[0] = { ...errors[0], route: `/${'x'.repeat(9_000)}\u202e` } as (typeof errors)[0];
    const before = JSON.stringify(results);
    const shown = loadOf(readableResults(results));
    expect(shown.errors[0]?.route).toHaveLength(2_000);
    expect(shown.errors[0]?.route).toMatch(/⟨U\+202E⟩$/);
    expect(JSON.stringify(results)).toBe(before);
  });

  it('keeps a key that would reach the prototype a key', () => {
    const results = { ...ready(), ...(JSON.parse('{"__proto__":{"polluted":"yes"}}') as object) };
    Object.defineProperty(results, '__proto__', { value: { polluted: 'yes' }, enumerable: true, configurable: true });
    const shown = readableResults(results) as unknown as Record<string, unknown>;
    expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
