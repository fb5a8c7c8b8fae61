import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { FindingKind, PageCheck, UatFinding } from '../../model/uat.ts';

/** WCAG 2.2, A and AA, and best practices, which are told apart. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const mostNodes = 50;
const longestSnippet = 240;

type Rule = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'][number];

export interface Checked {
  check: PageCheck;
  findings: UatFinding[];
}

/** Runs axe-core on a page and its frames; a page under a strict content security policy too, as nothing is added to it. */
export async function scanPage(page: Page, address: string, step: string): Promise<Checked> {
  const startedAt = performance.now();
  // The checker brings types of a playwright-core of its own. Its other mode opens a page of its own, which only frames need.
  const axe = new AxeBuilder({ page: page as never })
    // Every element that passed, of a page of a thousand, would take longer to tell than to find.
    .options({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations', 'incomplete'] })
    .setLegacyMode(page.frames().length === 1);
  const results = await axe.analyze();
  const findings = [
    ...results.violations.flatMap((rule) => told(rule, isPractice(rule) ? 'practice' : 'violation', address, step)),
    ...results.incomplete.flatMap((rule) => (isPractice(rule) ? [] : told(rule, 'review', address, step))),
  ];
  const tookMs = performance.now() - startedAt;
  return { check: { check: 'axe', page: address, tookMs, count: results.passes.length, notDone: null }, findings };
}

const isPractice = ({ tags: own }: Rule) => own.includes('best-practice');

function told(rule: Rule, kind: FindingKind, page: string, step: string): UatFinding[] {
  const criteria = rule.tags.filter((tag) => /^wcag\d{3,}$/.test(tag));
  return rule.nodes.slice(0, mostNodes).map((node) => ({
    kind,
    rule: rule.id,
    impact: (node.impact ?? rule.impact ?? null) as UatFinding['impact'],
    page,
    element: node.target.flat().join(' '),
    snippet: node.html.slice(0, longestSnippet),
    what: rule.help,
    fix:
      (node.failureSummary ?? '')
        .replace(/^Fix (any|all) of the following:\s*/, '')
        .replace(/\s+/g, ' ')
        .slice(0, 300) || null,
    help: rule.helpUrl,
    criteria,
    step,
  }));
}
