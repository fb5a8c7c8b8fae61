import type { Page } from '@playwright/test';
import type { FindingKind, PageCheck, UatFinding } from '../../../model/finding.ts';
import { type AxeRule, runAxe } from './axe.ts';

/** Of one rule on one page; what is beyond is counted. */
const mostNodes = 500;
const longestSnippet = 240;
const quickMs = 10_000;

export interface Checked {
  check: PageCheck;
  findings: UatFinding[];
}

/** What axe-core finds on a page and its frames. */
export async function scanPage(page: Page, address: string, step: string): Promise<Checked> {
  const startedAt = performance.now();
  let results = await runAxe(page);
  // A frame that was loading just then answers a moment later, or is reported as not tested. Not where that would take the time of all checks.
  const isPartial = results.incomplete.some(({ id }) => id === 'frame-tested');
  if (isPartial && performance.now() - startedAt < quickMs) results = await runAxe(page);
  const findings = [
    ...results.violations.flatMap((rule) =>
      findingsOf(rule, isPractice(rule) ? 'practice' : 'violation', address, step),
    ),
    ...results.incomplete.flatMap((rule) => findingsOf(rule, 'review', address, step)),
  ];
  const leftOut = [...results.violations, ...results.incomplete].reduce(
    (sum, { nodes }) => sum + Math.max(0, nodes.length - mostNodes),
    0,
  );
  const tookMs = performance.now() - startedAt;
  return {
    check: { check: 'axe', page: address, tookMs, count: results.passed, notDone: null, leftOut },
    findings,
  };
}

const isPractice = ({ tags: own }: AxeRule) => own.includes('best-practice');

function findingsOf(rule: AxeRule, kind: FindingKind, page: string, step: string): UatFinding[] {
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
