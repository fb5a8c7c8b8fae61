import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { frameView } from '../../src/report-kit/frame.ts';
import { renderPage, renderPart } from '../../src/report-kit/render.ts';
import { chartedRun, timelineView } from '../../src/report-kit/timeline-view.ts';
import { cases, notReady } from '../report/fixture.ts';
import { rendered } from '../report/rendered.ts';

const templates = new URL('../../reports/templates/', import.meta.url);

describe('templates', () => {
  it('write nothing unescaped but what the helpers svg and mark made', () => {
    const files = readdirSync(templates).filter((file) => file.endsWith('.hbs'));
    expect(files).toContain('frame.hbs');
    for (const file of files) {
      const source = readFileSync(new URL(file, templates), 'utf8');
      expect(source, file).not.toMatch(/\{\{\{|\{\{~?\s*&/);
      expect(source, file).not.toMatch(/<script|\sstyle=|\son[a-z]+=|javascript:/i);
    }
  });

  it('refuse a drawing that was not made by svg()', () => {
    const results = notReady();
    const forged = { ...timelineView(chartedRun(results, {})), charts: [{ markup: '<script>' }] };
    expect(() => renderPart('timeline', forged)).toThrow(RangeError);
  });

  it('take over nothing as it is that was not rendered as a part', () => {
    const page = frameView(notReady(), { verdict: 'fail', word: 'X', kind: 'y', current: 'z', links: [] });
    const view = { page, verdict: null, title: 'T', foot: [] };
    const part = renderPart('warnings', { warnings: ['<b>'] });
    expect(renderPage('page', { ...view, parts: [part] })).toContain('<li><bdi>&lt;b&gt;</bdi></li>');
    expect(() => renderPage('page', { ...view, parts: [{ html: '<script>' }] })).toThrow(RangeError);
  });

  it('refuse a view that lacks a field, and read nothing from prototypes', () => {
    const page = frameView(notReady(), { verdict: 'fail', word: 'X', kind: 'y', current: 'z', links: [] });
    expect(() => renderPart('verdict', {})).toThrow(/not defined/);
    const inherited = Object.create({ environment: 'from the prototype' }) as typeof page;
    const { environment: _, ...own } = page;
    let html = '';
    try {
      html = renderPage('index', { page: Object.assign(inherited, own) });
    } catch (error) {
      html = String(error);
    }
    expect(html).not.toContain('from the prototype');
    expect(() => renderPage('no such', { page })).toThrow(RangeError);
  });
});

describe.each(Object.entries(cases))('the pages of %s', (_, make) => {
  const pages: Record<string, string> = {};
  beforeAll(async () => {
    for (const [file, text] of Object.entries(await rendered(make()))) if (file.endsWith('.html')) pages[file] = text;
  });

  it('need nothing beside themselves and allow nothing', () => {
    for (const html of Object.values(pages)) {
      const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
      const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#x27;', "'");
      const digest = createHash('sha256').update(style).digest('base64').replaceAll('=', '&#x3D;');
      expect(policy).toBe(
        `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action 'none'`,
      );
      expect(/url\(|@import|https?:/.test(style)).toBe(false);
      const tags = [...html.replace(style, '').matchAll(/<[a-z][^>]*>/gi)].map(([tag]) => tag);
      expect(tags.filter((tag) => /^<(script|iframe|object|embed|img|form|base)\b/i.test(tag))).toEqual([]);
      expect(tags.filter((tag) => /\s(on\w+|style|src|srcset)=/i.test(tag.replace(/"[^"]*"/g, '""')))).toEqual([]);
      const targets = tags.flatMap((tag) => /\shref="([^"]*)"/.exec(tag)?.[1] ?? []);
      const known =
        /^(#content|(index|performance|resilience|journeys|browsers|uat)\.html|evidence\/(chaos\/)?[\w-]+\.(json|png|zip)|uat\/uat\.ndjson|junit\.xml|summary\.md|results\.json|data:image\/svg\+xml,.*)$/;
      expect(targets.filter((target) => !known.test(target))).toEqual([]);
    }
  });

  it('are at most 300 KB, whatever the run', () => {
    for (const html of Object.values(pages)) expect(Buffer.byteLength(html)).toBeLessThan(300_000);
  });

  it('have every id once, and headings in order', () => {
    for (const html of Object.values(pages)) {
      const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const levels = [...html.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      expect(levels.filter((level, index) => level - (levels[index - 1] ?? 0) > 1)).toEqual([]);
    }
  });

  it('hold no hole: no undefined, no NaN, no object', () => {
    for (const html of Object.values(pages)) {
      expect(html.match(/.{0,60}(\bundefined\b|\bNaN\b|\bInfinity\b|\[object|>null<).{0,20}/g)).toBeNull();
    }
  });
});
