import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { FindingKind, PageCheck, UatFinding } from '../../model/uat.ts';
import { axeTags } from '../axeTags.ts';

/** Of one rule on one page; what is beyond is counted. */
const mostNodes = 500;
const longestSnippet = 240;
const quickMs = 10_000;

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
    .options({ runOnly: { type: 'tag', values: axeTags }, resultTypes: ['violations', 'incomplete'] })
    .setLegacyMode(page.frames().length === 1);
  let results = await axe.analyze();
  // A frame that was loading just then answers a moment later, or is told as not tested. Not where that would take the time of all checks.
  const isPartial = results.incomplete.some(({ id }) => id === 'frame-tested');
  if (isPartial && performance.now() - startedAt < quickMs) results = await axe.analyze();
  const findings = [
    ...results.violations.flatMap((rule) => told(rule, isPractice(rule) ? 'practice' : 'violation', address, step)),
    ...results.incomplete.flatMap((rule) => told(rule, 'review', address, step)),
  ];
  const leftOut = [...results.violations, ...results.incomplete].reduce(
    (sum, { nodes }) => sum + Math.max(0, nodes.length - mostNodes),
    0,
  );
  const tookMs = performance.now() - startedAt;
  return {
    check: { check: 'axe', page: address, tookMs, count: results.passes.length, notDone: null, leftOut },
    findings,
  };
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
