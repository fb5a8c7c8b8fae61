import { describe, expect, it } from 'vitest';
import type { Block, Page, Reporting } from '../../src/domains/domain.ts';
import type { Results } from '../../src/model/results.ts';
import type { ObjectiveResult } from '../../src/model/verdict.ts';
import type { ReportingDomain } from '../../src/report/declared.ts';
import { firstScreen } from '../../src/report/first-screen.ts';
import { renderReports } from '../../src/report/write.ts';
import { domains } from '../../src/run/domains.ts';
import { notReady, ready } from './fixture.ts';

const page: Page = {
  ...{ file: 'tides.html', link: 'Tides', title: 'Tides of the target', about: 'how high it stood', kind: 'tides of' },
  foot: ['See ', { code: 'tides.csv' }, ' and ', { href: 'results.json', text: 'the figures' }, '.'],
};
const template = new URL('./toy/tides.hbs', import.meta.url);
const shown = { text: '<b>high</b> & dry', facts: [{ name: 'Water', value: '3 m' }] };
const block = (rest: Partial<Block> = {}): Block => ({
  ...{ page: page.file, place: 'figures', template, view: () => shown },
  ...rest,
});
const broken = (): never => {
  throw new RangeError('the \u202emoon is gone.');
};

const domain = (reporting: Reporting): ReportingDomain => ({
  id: 'tides',
  gates: [{ id: 'tides', title: 'High water' }],
  reporting: async () => reporting,
});

/** The reports of a run with one more domain than there are. */
async function withDomain(one: ReportingDomain, results = ready()) {
  const { files, index, warnings } = await renderReports(results, [...domains, one]);
  return { files, index, warnings };
}

describe('what a domain declares', () => {
  it('is a page with its block, linked from every other, with text escaped and a template of its own', async () => {
    const { files, index, warnings } = await withDomain(domain({ pages: [page], blocks: [block()] }));
    expect(warnings).toEqual([]);
    const html = files['tides.html'] ?? '';
    expect(html).toContain('<h1 class="plainly">Tides of the target</h1>');
    expect(html).toContain('<bdi>&lt;b&gt;high&lt;/b&gt; &amp; dry</bdi>');
    expect(html).toContain('<dt>Water</dt><dd><bdi>3 m</bdi></dd>');
    expect(html).toContain('<p>See <code>tides.csv</code> and <a href="results.json">the figures</a>.</p>');
    for (const other of [index, files['performance.html']]) expect(other).toContain('<a href="tides.html">Tides</a>');
    expect(index).toContain(
      '<a href="tides.html">Tides of the target</a> <span class="quiet">how high it stood</span>',
    );
  });

  it('has no page where no block of it has anything to show, or it says so', async () => {
    const none = await withDomain(domain({ pages: [page], blocks: [block({ view: () => null })] }));
    expect(none.files).not.toHaveProperty('tides.html');
    expect(none.index).not.toContain('tides.html');
    const denied = await withDomain(domain({ pages: [{ ...page, exists: () => false }], blocks: [block()] }));
    expect(denied.files).not.toHaveProperty('tides.html');
  });

  it('stands in order: what was looked for, figures, the timeline, findings, details', async () => {
    const at = (place: Block['place']) => block({ place, view: () => ({ ...shown, text: `at ${place}` }) });
    const blocks = [at('details'), at('findings'), at('figures'), at('lead')];
    const { files } = await withDomain(domain({ pages: [{ ...page, timeline: true }], blocks }));
    const order = /at lead[\s\S]*at figures[\s\S]*What happened, on one clock[\s\S]*at findings[\s\S]*at details/;
    expect(files['tides.html']).toMatch(order);
  });

  it('adds blocks to pages of others, highlights, facts, notices, trust, cases and tables', async () => {
    const low = {
      name: 'Low water',
      durationMs: 1500,
      outcome: 'failed',
      message: 'It ran dry.',
      detail: 'mud',
    } as const;
    const details = ({ objectives }: Results, result: ObjectiveResult) =>
      result.verdict === 'fail' ? [`one of ${objectives.length}`] : [];
    const { files, index } = await withDomain(
      domain({
        blocks: [block({ page: 'performance.html' }), block({ page: 'index.html', place: 'findings' })],
        highlights: () => [{ verdict: 'fail', title: 'Ebb', lines: ['It ran dry'] }],
        facts: () => [{ name: 'Moon', value: 'full' }],
        notices: () => [{ title: 'Spring tide', text: 'Take care.', brief: 'Spring tide: take care' }],
        trust: () => [{ title: 'The gauge', rows: [{ name: 'Exact to', value: '1 cm', note: '' }] }],
        suites: () => [{ name: 'Tides', gate: 'tides', cases: [low] }],
        details,
        tables: () => [{ title: 'Waters', head: ['', 'Height'], rows: [['high', { strong: '3 | m' }]], figures: 1 }],
        properties: () => ({ moon: 'full' }),
      }),
    );
    for (const html of [index, files['performance.html']]) expect(html).toContain('&lt;b&gt;high');
    for (const words of ['Ebb', 'It ran dry.', '<dt>Moon</dt><dd>full</dd>', 'Spring tide:', 'The gauge'])
      expect(index).toContain(words);
    expect(files['junit.xml']).toMatch(/name="Low water"[^>]*><failure [^>]*message="It ran dry\."[^<]*mud</);
    const failing = await renderReports(notReady(), [domain({ details })]);
    expect(failing.files['junit.xml']).toMatch(/<failure [^<]*one of \d/);
    expect(files['junit.xml']).toContain('<property name="moon" value="full"/>');
    expect(files['summary.md']).toContain('### Waters\n\n|  | Height |\n| --- | ---: |\n| high | **3 &#124; m** |');
    const screen = await firstScreen(ready(), [domain({ notices: () => [{ title: 'Spring tide', text: '' }] })]);
    expect(screen.verdict.notices.map(({ title }) => title)).toEqual(['Spring tide']);
  });

  it('gives many answers, and what is open in one of them once', async () => {
    const open = ['The first.', 'It was not looked at.', 'It was not looked at.'];
    const highlights = () =>
      ['Ebb', 'Flood', 'Neap', 'Spring', 'Slack'].map((title) => ({
        ...{ verdict: 'inconclusive' as const, isAnswer: true, title },
        lines: title === 'Ebb' ? open : ['Dry.'],
      }));
    expect((await firstScreen(ready(), [domain({ highlights })])).answers).toEqual(['Ebb: It was not looked at.']);
  });

  it('names the gates of a policy by their titles', async () => {
    const results = ready();
    results.policy = { name: 'harbour', title: 'Harbour', gates: ['tides'], maxAgeHours: {} };
    const { index } = await renderReports(results, [domain({})]);
    expect(index).toMatch(/Required by the policy, but not judged[\s\S]*<li>High water<.li>/);
  });
});

describe('a domain that throws', () => {
  it.each([
    ['whose view throws', { view: broken }, 'RangeError: the ⟨U+202E⟩moon is gone'],
    ['whose view lacks what its template shows', { view: () => ({ facts: [] }) }, '&quot;text&quot; not defined'],
    ['whose template is not there', { template: 'nowhere' }, 'No template nowhere.hbs'],
    [
      'whose template writes unescaped',
      { template: new URL('./toy/unescaped.hbs', import.meta.url) },
      'only the helpers svg and mark write unescaped',
    ],
  ])('loses the block %s, and no other', async (_, wrong, reason) => {
    const blocks = [block(), block(wrong), block({ page: 'performance.html', ...wrong })];
    const { files, index, warnings } = await withDomain(domain({ pages: [page], blocks }));
    const html = files['tides.html'] ?? '';
    expect(html).toContain('&lt;b&gt;high');
    expect(html).toContain('This part could not be drawn.');
    expect(html).toContain(reason);
    expect(files['performance.html']).toContain('Response time against both targets');
    expect(files['performance.html']).toContain('This part could not be drawn.');
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('of tides, on tides.html');
    expect(index).toContain('A part could not be drawn: ');
  });

  it('loses what else it has to say, and no other domain does', async () => {
    const { files, index, warnings } = await withDomain(
      domain({
        ...{ highlights: broken, facts: broken, notices: broken, trust: broken, timeline: broken, suites: broken },
        ...{ details: broken, tables: broken, properties: broken },
        pages: [
          { ...page, verdict: broken, exists: () => true },
          { ...page, file: 'x.html', exists: broken },
        ],
      }),
    );
    for (const what of ['highlights', 'facts', 'notices', 'cards on trust', 'timeline’s marks', 'suites', 'tables'])
      expect(warnings).toContainEqual(expect.stringContaining(`The ${what} of tides could not be made: RangeError`));
    expect(warnings).toContainEqual(expect.stringContaining('The pages of tides could not be made'));
    expect(index).toContain('1,127');
    expect(index).toContain('What happened, on one clock');
    expect(files['junit.xml']).toContain('Response time p99');
    expect(files['summary.md']).toContain('### Objectives');
  });

  it('has an inconclusive page where its verdict cannot be made', async () => {
    const pages = [{ ...page, verdict: broken, exists: () => true }];
    const { files, warnings } = await withDomain(domain({ pages }));
    expect(files['tides.html']).toMatch(/class="verdict inconclusive"/);
    expect(files['tides.html']).toContain('The verdict of this page could not be made: RangeError');
    expect(warnings).toEqual([expect.stringMatching(/^tides\.html: The verdict/)]);
  });

  it('is left out where its part cannot be loaded, and the reports say so', async () => {
    const { index, warnings } = await withDomain({ id: 'tides', reporting: () => Promise.reject(new Error('gone')) });
    expect(warnings).toEqual(['Nothing of tides is in the reports: Error: gone.']);
    expect(index).toContain('Nothing of tides is in the reports');
  });
});
