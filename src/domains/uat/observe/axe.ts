import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { axeTags } from '../axe-tags.ts';

type Rule = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'][number];

/** What is reported of a rule; the rest of what axe says is not. */
export type AxeRule = Pick<Rule, 'id' | 'impact' | 'tags' | 'help' | 'helpUrl'> & {
  nodes: Pick<Rule['nodes'][number], 'impact' | 'target' | 'html' | 'failureSummary'>[];
};

export interface AxeOutcome {
  violations: AxeRule[];
  incomplete: AxeRule[];
  /** Rules that found nothing wrong. */
  passed: string[];
}

const options = {
  runOnly: { type: 'tag' as const, values: axeTags },
  // Every element that passed, of a page of a thousand, would take longer to report than to find.
  resultTypes: ['violations' as const, 'incomplete' as const],
  // Style sheets are for a rule that is not among ours, and those of elsewhere would be asked for once more.
  preload: { assets: ['media'] },
};

/**
 * What the builder sets and asks for, in one go. It comes back as one text, for Playwright takes a value apart piece by piece, and there are
 * thousands.
 */
const run = (chosen: object) => `(() => {
const axe = globalThis.shakedownAxe;
axe.configure({ allowedOrigins: ['<same_origin>'], branding: { application: 'playwright' } });
const found = (rules) => rules.map(({ id, impact, tags, help, helpUrl, nodes }) => ({ id, impact, tags, help, helpUrl,
  nodes: nodes.map(({ impact, target, html, failureSummary }) => ({ impact, target, html, failureSummary })) }));
return axe.run(document, ${JSON.stringify(chosen)}).then(({ violations, incomplete, passes }) =>
  JSON.stringify({ violations: found(violations), incomplete: found(incomplete), passed: passes.map(({ id }) => id) }));
})()`;

let source: string | undefined;

/** axe-core as it is shipped to pages: less than half the text that the builder would bring, and the same rules. */
function axeSource(): string {
  if (source !== undefined) return source;
  const main = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright')).resolve('axe-core');
  source = readFileSync(join(dirname(main), 'axe.min.js'), 'utf8');
  return source;
}

const againMs = 450;
const mostStaying = 5000;
/** Of pages that were looked at before: the element, its colours and their contrast. What stayed once is no fade. */
const staying = new Set<string>();

/**
 * Which of these elements have too little contrast still, a moment later, with the same colours: half-way through a fade by script, a text has a
 * colour that nobody reads it in. Those that cannot be asked again, as in frames, are left as they are.
 */
export async function contrastStays(page: Page, rule: AxeRule): Promise<AxeRule['nodes']> {
  const { origin } = new URL(page.url());
  const keyOf = ({ target, failureSummary }: AxeRule['nodes'][number]) =>
    JSON.stringify([origin, target, failureSummary]);
  const alone = rule.nodes.filter(
    (node) => node.target.length === 1 && typeof node.target[0] === 'string' && !staying.has(keyOf(node)),
  );
  if (alone.length === 0) return rule.nodes;
  await new Promise((resolve) => setTimeout(resolve, againMs));
  const selectors = JSON.stringify(alone.map(({ target }) => [target[0]]));
  const again = (await page
    .evaluate(
      `globalThis.shakedownAxe?.run({ include: ${selectors} }, { runOnly: ['color-contrast'] }).then(({ violations }) =>
        violations.flatMap(({ nodes }) => nodes.map(({ target, failureSummary }) => target.join(' ') + failureSummary)))`,
    )
    .catch(() => null)) as string[] | null | undefined;
  if (again === null || again === undefined) return rule.nodes;
  const stays = (node: AxeRule['nodes'][number]) =>
    again.includes(`${node.target.join(' ')}${node.failureSummary ?? ''}`);
  for (const node of alone) if (stays(node) && staying.size < mostStaying) staying.add(keyOf(node));
  return rule.nodes.filter((node) => !alone.includes(node) || stays(node));
}

/**
 * Runs axe-core on a page and its frames; a page under a strict content security policy too, as nothing is added to it.
 * @param rules only these; those of WCAG 2.2 A and AA and best practices when absent
 */
export async function runAxe(page: Page, rules?: readonly string[]): Promise<AxeOutcome> {
  const isAlone = page.frames().length === 1;
  const chosen = rules === undefined ? options : { ...options, runOnly: { type: 'rule' as const, values: [...rules] } };
  const alone = isAlone ? await runAlone(page, chosen) : null;
  if (alone !== null) return alone;
  // Only frames need it, and it takes long to load.
  const { AxeBuilder } = await import('@axe-core/playwright');
  // The checker brings types of a playwright-core of its own. Its other mode opens a page of its own, which only frames need.
  const axe = new AxeBuilder({ page: page as never, axeSource: axeSource() }).options(chosen).setLegacyMode(isAlone);
  const { violations, incomplete, passes } = await axe.analyze();
  return { violations, incomplete, passed: passes.map(({ id }) => id) };
}

/** Of a page without frames; null where its answer cannot be read, as from a page that has JSON its own way. */
async function runAlone(page: Page, chosen: object): Promise<AxeOutcome | null> {
  // A page that has changed since it was last checked has axe already.
  const again = await page.evaluate(`globalThis.shakedownAxe === undefined ? null : ${run(chosen)}`);
  const found =
    again ?? (await page.evaluate(`${axeSource()};\nglobalThis.shakedownAxe = globalThis.axe;\n${run(chosen)}`));
  const read = typeof found === 'string' ? (JSON.parse(found) as AxeOutcome) : null;
  return read !== null && Array.isArray(read.violations) && Array.isArray(read.passed) ? read : null;
}
