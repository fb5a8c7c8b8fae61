import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
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
  /** How many rules found nothing wrong. */
  passed: number;
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
const run = `(() => {
const axe = globalThis.shakedownAxe;
axe.configure({ allowedOrigins: ['<same_origin>'], branding: { application: 'playwright' } });
const told = (rules) => rules.map(({ id, impact, tags, help, helpUrl, nodes }) => ({ id, impact, tags, help, helpUrl,
  nodes: nodes.map(({ impact, target, html, failureSummary }) => ({ impact, target, html, failureSummary })) }));
return axe.run(document, ${JSON.stringify(options)}).then(({ violations, incomplete, passes }) =>
  JSON.stringify({ violations: told(violations), incomplete: told(incomplete), passed: passes.length }));
})()`;

let source: string | undefined;

/** axe-core as it is shipped to pages: less than half the text that the builder would bring, and the same rules. */
function axeSource(): string {
  if (source !== undefined) return source;
  const main = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright')).resolve('axe-core');
  source = readFileSync(join(dirname(main), 'axe.min.js'), 'utf8');
  return source;
}

/** Runs axe-core on a page and its frames; a page under a strict content security policy too, as nothing is added to it. */
export async function runAxe(page: Page): Promise<AxeOutcome> {
  const isAlone = page.frames().length === 1;
  const alone = isAlone ? await runAlone(page) : null;
  if (alone !== null) return alone;
  // The checker brings types of a playwright-core of its own. Its other mode opens a page of its own, which only frames need.
  const axe = new AxeBuilder({ page: page as never, axeSource: axeSource() }).options(options).setLegacyMode(isAlone);
  const { violations, incomplete, passes } = await axe.analyze();
  return { violations, incomplete, passed: passes.length };
}

/** Of a page without frames; null where its answer cannot be read, as from a page that has JSON its own way. */
async function runAlone(page: Page): Promise<AxeOutcome | null> {
  // A page that has changed since it was last checked has axe already.
  const again = await page.evaluate(`globalThis.shakedownAxe === undefined ? null : ${run}`);
  const told = again ?? (await page.evaluate(`${axeSource()};\nglobalThis.shakedownAxe = globalThis.axe;\n${run}`));
  const read = typeof told === 'string' ? (JSON.parse(told) as AxeOutcome) : null;
  return read !== null && Array.isArray(read.violations) && Array.isArray(read.incomplete) ? read : null;
}
