import type { Page } from '@playwright/test';
import type { ElementPicture, FindingKind, PageCheck, UatFinding } from '../../../model/finding.ts';
import { seenTwice } from './again.ts';
import { type AxeRule, runAxe } from './axe.ts';

/** Of one rule on one page; what is beyond is counted. */
const mostNodes = 500;
const longestSnippet = 600;
const longestFix = 1500;
const quickMs = 10_000;

export interface Checked {
  check: PageCheck;
  findings: UatFinding[];
  /** Of elements that are accused of something. */
  pictures?: ElementPicture[];
}

/** What axe-core finds on a page and its frames. */
export async function scanPage(page: Page, address: string, step: string): Promise<Checked> {
  const startedAt = performance.now();
  let results = await runAxe(page);
  // A frame that was loading just then answers a moment later, or is reported as not tested. Not where that would take the time of all checks.
  const isPartial = results.incomplete.some(({ id }) => id === 'frame-tested');
  if (isPartial && performance.now() - startedAt < quickMs) results = await runAxe(page);
  const { sure, open } = await seenTwice(page, results.violations);
  const findings = [
    ...sure.flatMap((rule) => findingsOf(rule, isPractice(rule) ? 'practice' : 'violation', address, step)),
    ...[...open, ...results.incomplete].flatMap((rule) => findingsOf(rule, 'review', address, step)),
  ];
  const leftOut = [...results.violations, ...results.incomplete].reduce(
    (sum, { nodes }) => sum + Math.max(0, nodes.length - mostNodes),
    0,
  );
  const tookMs = performance.now() - startedAt;
  return {
    check: {
      ...{ check: 'axe', page: address, tookMs, count: results.passed.length, notDone: null, leftOut },
      rules: results.passed,
    },
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
    fix: fixOf(node.failureSummary ?? ''),
    help: rule.helpUrl,
    criteria,
    step,
  }));
}

/** What axe says of how it is put right, whole: its lines as clauses. */
function fixOf(summary: string): string | null {
  const lines = summary.split('\n').map((line) => line.trim());
  const text = lines
    .filter((line) => line !== '')
    .join('; ')
    .replaceAll(':; ', ': ')
    .replace(/^Fix (any|all) of the following: ([^;]*)$/, '$2');
  return text.slice(0, longestFix) || null;
}
