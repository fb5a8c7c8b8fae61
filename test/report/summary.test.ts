import { describe, expect, it } from 'vitest';
import type { Results } from '../../src/model/results.ts';
import { withinSize } from '../../src/report-kit/markup.ts';
import { cases, fallback, hostile, hostileTexts, interrupted, loadOf, longRun, notReady, ready } from './fixture.ts';
import { rendered } from './rendered.ts';

const summary = async (results: Results) => (await rendered(results))['summary.md'] ?? '';

describe('summary.md', () => {
  it('says the verdict first, then why, then what is missing', async () => {
    const [verdict, sentence, failed, missing] = (await summary(notReady())).split('\n\n');
    expect(verdict).toBe('## 🛑 NOT READY: shop v2.1.0 (policy whole-stage)');
    expect(sentence).toMatch(/^p99 response time is 213 ms against 200 ms\. It broke only while/);
    expect(failed?.split('\n')).toEqual([
      '- POST /checkout failed 31,204 times: wrong status, 503',
      '- GET /search failed 8,702 times: timed out (no answer within 60 s)',
      '- GET /products/:id failed 131 times: connection reset (read: connection reset by peer)',
      '- Left out of the recording: 1,204 requests (no body recorded); 312 requests (host outside the allowed ones)',
    ]);
    expect(missing).toBe('**What is missing**');
  });

  it('says which duration and rate would have been enough, where a run was too short for an objective', async () => {
    const text = async (change: (results: Results) => void) => {
      const results = ready();
      results.run.plannedMs = 60_000;
      change(results);
      return summary(results);
    };
    const open = (results: Results) => {
      for (const one of results.objectives)
        if (one.objective.metric === 'stable_time' || one.objective.metric === 'throughput') {
          one.verdict = 'inconclusive';
          one.objective = { ...one.objective, key: true };
        }
      results.sections.load = { ...loadOf(results), averageRatePerSecond: 60 };
    };
    expect(await text(open)).toContain('\n- To be judged in full it would have needed --duration 24h --rate 1050\n');
    expect(await text(() => {})).not.toContain('would have needed');
  });

  it('closes with the gates that were not judged', async () => {
    const paragraphs = (await summary(notReady())).trim().split('\n\n');
    expect(paragraphs.at(-2)).toMatch(/^Gates of the policy that this command did not judge, so they are not passed: /);
  });

  it('lets nobody miss an interrupted run or the fallback engine', async () => {
    expect(await summary(interrupted())).toMatch(/> \[!CAUTION\]\n> \*\*Interrupted after 6.h 24.min of 24.h:\*\*/);
    expect(await summary(fallback())).toMatch(/> \[!CAUTION\]\n> \*\*Fallback engine: autocannon, not k6:\*\*/);
  });

  it.each(Object.entries(cases))('keeps its tables whole and stays under 900 KB: %s', async (_, make) => {
    const text = await summary(make());
    expect(Buffer.byteLength(text)).toBeLessThan(900_000);
    const blocks = text.split('\n\n').filter((block) => block.startsWith('|'));
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) {
      const cells = block.split('\n').map((line) => line.split('|').length);
      expect(new Set(cells).size).toBe(1);
    }
  });

  it('lets hostile text neither format, mention, link nor embed', async () => {
    const text = await summary(hostile());
    expect(text).not.toMatch(/<(?!br>|code>|\/code>)/);
    expect(text).not.toMatch(/:\/\/|@everyone|\]\(javascript|\*\*b\*\*|`c`/);
    expect(text.split('\n').filter((line) => line.startsWith('#')).length).toBe(6);
  });

  it('stays small for thousands of everything', async () => {
    const results = hostile();
    results.missing = Array.from({ length: 2_000 }, () => hostileTexts.join(' '));
    results.objectives = Array.from({ length: 1_000 }, () => results.objectives[0]).filter((one) => one !== undefined);
    expect(Buffer.byteLength(await summary(results))).toBeLessThan(900_000);
  });

  it('says what a long run has to tell, the failing lines first, in a line or two each', async () => {
    const text = (await summary(longRun())).replaceAll('\u00a0', ' ');
    const lines = text.split('### Over the run\n\n')[1]?.split('\n\n')[0]?.split('\n') ?? [];
    expect(lines.map((line) => /^- \S+ \*\*(\w+)\*\* \(([^)]*)\)/.exec(line)?.slice(1))).toEqual([
      ['Regression', 'fail'],
      ['Stability', 'fail'],
      ['Drift', 'fail'],
      ['Capacity', 'not judged'],
      ['Journeys', 'not judged'],
    ]);
    expect(lines[2]).toContain('shop-1 memory grows 1.9 MB/h; its limit of 268 MB is reached in 5 h 54 min.');
    expect(await summary(notReady())).not.toContain('Over the run');
  });

  it('is cut between paragraphs with a note where it would not fit, whatever is in it', async () => {
    const parts = ['## first', '| a |\n| --- |\n| ä |', 'x'.repeat(500)];
    expect(withinSize(parts, 10_000)).toBe(`${parts.join('\n\n')}\n`);
    const cut = withinSize(parts, 300);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(300);
    expect(cut).toMatch(/^## first\n\n\| a \|\n\| --- \|\n\| ä \|\n\n> The rest is left out here/);
    expect(Buffer.byteLength(withinSize(Array.from({ length: 50 }, () => 'é'.repeat(20_000))))).toBeLessThan(900_000);
  });
});
