import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchable } from '../../../../src/environment/browser-programs.ts';
import { makeProject, runProject, type UatResults } from '../project.ts';
import { faultyPages, innerPage } from './pages.ts';

const isSkipped = launchable('chromium') === null && process.env.CI === undefined;
const patienceMs = 400_000;
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/**
 * A frame that axe cannot reach, which Playwright always does; sound, which has begun or not at the moment of looking; a region that newer browsers
 * scroll by key themselves.
 */
const notTripped = ['frame-tested', 'no-autoplay-audio', 'scrollable-region-focusable'];
const paths = Object.keys(faultyPages);
const scenario = `scenario({ id: 'ALL', title: 'Sees all pages', requirement: 'U4', role: 'tester' }, async ({ page }) => {
${paths.map((path) => `  await When('at ${path}', async () => { await page.goto('${path}'); });`).join('\n')}
});`;

interface Sarif {
  runs: {
    results: {
      ruleId: string;
      locations: {
        physicalLocation: { artifactLocation: { uri: string } };
        logicalLocations?: { fullyQualifiedName: string }[];
      }[];
    }[];
  }[];
}
interface Earl {
  '@graph': {
    'earl:subject': { 'dct:source': string };
    'earl:test': { 'dct:title': string };
    'earl:result': { 'earl:outcome': { '@id': string }; 'earl:pointer'?: { 'ptr:expression': string } };
  }[];
}

describe.skipIf(isSkipped)(isSkipped ? 'what axe finds (skipped: no Chromium)' : 'what axe alone finds', () => {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    response.writeHead(200, { 'content-type': 'text/html' }).end(path === '/inner' ? innerPage : faultyPages[path]);
  });
  let folder = '';
  let run = '';
  let results: UatResults;
  /** `kind page rule element`, by axe itself. */
  const alone: string[] = [];
  const rules = new Set<string>();

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = makeProject({ 'all.uat.ts': scenario });
    const ran = await runProject(folder, ['--target', url, '--browser', 'chromium', '--size', 'phone']);
    if (ran.results === null) throw new Error(ran.stderr);
    results = ran.results;
    run = ran.run ?? '';
    const launch = launchable('chromium');
    const browser = await chromium.launch({
      ...(launch?.executablePath == null ? {} : { executablePath: launch.executablePath }),
      args: ['--no-sandbox'],
    });
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
    const page = await context.newPage();
    for (const path of paths) {
      await page.goto(`${url}${path}`);
      const { violations, incomplete } = await new AxeBuilder({ page: page as never }).withTags(tags).analyze();
      const told = (kind: string, found: typeof violations) => {
        for (const { id, nodes } of found) {
          rules.add(id);
          for (const { target } of nodes) alone.push(`${kind} ${path} ${id} ${target.flat().join(' ')}`);
        }
      };
      const isPractice = (rule: (typeof violations)[number]) => rule.tags.includes('best-practice');
      told(
        'violation',
        violations.filter((rule) => !isPractice(rule)),
      );
      told('practice', violations.filter(isPractice));
      told('review', incomplete);
    }
    await browser.close();
  }, patienceMs);
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  /** On a machine too busy for axe to hear of a frame in time, axe says so of one run and not of the other: then that page is no comparison. */
  const judged = (lines: readonly string[]) => {
    const isPartial = [...alone, ...results.uat.findings.map(({ rule }) => ` ${rule} `)].some((line) =>
      line.includes(' frame-tested '),
    );
    return lines.filter((line) => !isPartial || !line.includes(' /frames '));
  };

  it('trips nearly every rule there is, over these pages', () => {
    const axe = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'))('axe-core') as {
      getRules(tags: string[]): { ruleId: string; tags: string[] }[];
    };
    const all = axe.getRules(tags).filter((rule) => !rule.tags.some((tag) => /experimental|deprecated/.test(tag)));
    const open = all.map(({ ruleId }) => ruleId).filter((id) => !rules.has(id));
    expect(all.length).toBeGreaterThan(80);
    expect(open.filter((id) => !notTripped.includes(id))).toEqual([]);
    expect(alone.length).toBeGreaterThan(200);
  });

  it('is what the results say: every rule at every element of every page, and nothing else', () => {
    const kinds = ['violation', 'practice', 'review'];
    const told = results.uat.findings
      .filter(({ kind }) => kinds.includes(kind))
      .flatMap(({ kind, rule, element, pages }) => pages.map((page) => `${kind} ${page} ${rule} ${element}`));
    expect(judged(told).sort()).toEqual(judged(alone).sort());
    expect(results.uat.checks.find(({ check }) => check === 'axe')).toMatchObject({ pages: paths.length, leftOut: 0 });
  });

  it('is what SARIF and EARL say', () => {
    const plain = [...new Set(judged(alone).map((line) => line.replace(/^\w+ \//, '')))].sort();
    const sarif = JSON.parse(readFileSync(join(run, 'accessibility.sarif'), 'utf8')) as Sarif;
    const inSarif = (sarif.runs[0]?.results ?? []).flatMap(({ ruleId, locations }) =>
      locations.map(
        ({ physicalLocation, logicalLocations }) =>
          `${physicalLocation.artifactLocation.uri} ${ruleId} ${logicalLocations?.[0]?.fullyQualifiedName}`,
      ),
    );
    const missing = (found: readonly string[]) => plain.filter((line) => !found.includes(line));
    expect(missing(inSarif)).toEqual([]);
    const earl = JSON.parse(readFileSync(join(run, 'accessibility.earl.jsonld'), 'utf8')) as Earl;
    const inEarl = earl['@graph'].map(
      (each) =>
        `${each['earl:subject']['dct:source'].slice(1)} ${each['earl:test']['dct:title']} ${each['earl:result']['earl:pointer']?.['ptr:expression']}`,
    );
    expect(missing(inEarl)).toEqual([]);
    const cannotTell = earl['@graph'].filter((each) => each['earl:result']['earl:outcome']['@id'] === 'earl:cantTell');
    expect(cannotTell.length).toBeGreaterThan(5);
  });

  it('is on the page as far as it has room, and the page says how much is not', () => {
    const html = readFileSync(join(run, 'uat.html'), 'utf8');
    expect(Buffer.byteLength(html)).toBeLessThan(300_000);
    const violations = results.uat.findings.filter(({ kind }) => kind === 'violation').length;
    expect(violations).toBeGreaterThan(40);
    expect(html).toContain(`${violations - 40} more are in results.json`);
  });
});
