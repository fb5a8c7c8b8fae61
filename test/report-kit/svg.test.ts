import { describe, expect, it } from 'vitest';
import { coordinate, pathData, svg, svgMarkup } from '../../src/report-kit/svg.ts';

describe('svg', () => {
  it('escapes text and attribute values', () => {
    const made = svg('text', { class: '"><script>' }, ['</text><script>alert(1)</script>&\u202e']);
    expect(made.markup).toBe(
      '<text class="&quot;&gt;&lt;script&gt;">&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;⟨U+202E⟩</text>',
    );
  });

  it('knows no scripts, links, styles or handlers', () => {
    for (const element of ['script', 'a', 'foreignObject', 'image', 'use', 'style', 'animate', 'SVG', 'g onload']) {
      expect(() => svg(element)).toThrow(RangeError);
    }
    for (const name of ['onload', 'href', 'xlink:href', 'style', 'x="1" onload', '__proto__ ']) {
      expect(() => svg('g', { [name]: 'x' })).toThrow(RangeError);
    }
    for (const value of ['url(http://x/)', 'URL( #a)', 'url(#a);x', 'url(data:x)']) {
      expect(() => svg('g', { fill: value })).toThrow(RangeError);
    }
    expect(svg('g', { fill: 'url(#hatch-w)' }).markup).toBe('<g fill="url(#hatch-w)"/>');
  });

  it('takes finite numbers only, with two decimals at the most', () => {
    expect(svg('rect', { x: 1.23456, y: -0.001, width: 3 }).markup).toBe('<rect x="1.23" y="0" width="3"/>');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => coordinate(value)).toThrow(RangeError);
      expect(() => svg('rect', { x: value })).toThrow(RangeError);
      expect(() => pathData([[0, value]])).toThrow(RangeError);
    }
  });

  it('is not let through when it was made elsewhere', () => {
    for (const forged of [{ markup: '<b>' }, null, { ...svg('g') }, Object.create(svg('g'))]) {
      expect(() => svgMarkup(forged)).toThrow(RangeError);
      expect(() => svg('g', {}, [forged])).toThrow(RangeError);
    }
    expect(() => svgMarkup('<b>')).toThrow(RangeError);
    expect(svg('g', {}, ['<b>']).markup).toBe('<g>&lt;b&gt;</g>');
    expect(svgMarkup(svg('g'))).toBe('<g/>');
  });

  it('draws paths that lift the pen and do not drift', () => {
    const points = Array.from({ length: 1000 }, (_, index) => [index * 0.333, 10] as const);
    const steps = pathData(points)
      .slice('M0 10l0 0'.length)
      .trim()
      .split(/ 0 ?/)
      .filter((step) => step !== '')
      .map(Number);
    expect(steps.reduce((sum, step) => sum + step, 0)).toBeCloseTo(999 * 0.333, 1);
    expect(pathData([[0, 0], [1.04, -2], null, [5, 5]])).toBe('M0 0l0 0 1-2M5 5l0 0');
    expect(pathData([])).toBe('');
  });
});
