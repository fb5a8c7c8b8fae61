import type { Results } from '../model/results.ts';
import { verdictWord } from '../model/verdict.ts';
import type { Page, Reporting } from './domain.ts';
import { verdictOf } from './part.ts';
import type { PartDomain } from './part-declaration.ts';
import { partHighlights, partSuites } from './part-reporting.ts';
import { leftOutWords, type PartsSection } from './part-section.ts';
import { partsView } from './part-view.ts';

/** The page of a domain's parts, their lines on the index page, and their suites. */
export function partPages({ id, gate, parts, page: { title, about, foot } }: PartDomain): Reporting {
  const sectionOf = ({ sections }: Results) => (sections as Readonly<Record<string, PartsSection | undefined>>)[id];
  const page: Page = {
    ...{ file: `${id}.html`, link: title, title, about, kind: `${title.toLowerCase()} of`, foot: [foot.join(' ')] },
    exists: (results) => sectionOf(results) !== undefined,
    verdict(results) {
      const section = sectionOf(results) ?? { parts: [], notBegun: [] };
      const verdict = verdictOf([
        ...section.parts,
        ...section.notBegun.map(() => ({ verdict: 'inconclusive' as const })),
      ]);
      return { verdict, word: verdictWord[verdict], of: title, sentence: sentenceOf(section) };
    },
  };
  return {
    pages: [page],
    blocks: [
      {
        ...{ page: page.file, place: 'findings', template: 'parts' },
        view: (results) => partsView(`${title}: what was looked at`, sectionOf(results)),
      },
    ],
    highlights: (results) => partHighlights(sectionOf(results)?.parts ?? []),
    suites(results) {
      const gates = new Map(parts.map((part) => [part.id, part.gate ?? gate]));
      return (sectionOf(results)?.parts ?? []).flatMap((part) => partSuites(gates.get(part.id) ?? gate, [part]));
    },
  };
}

/** The worst of its checks in words, or how many there were. */
function sentenceOf({ parts, notBegun, leftOut }: Pick<PartsSection, 'parts' | 'notBegun' | 'leftOut'>): string {
  const checks = parts.flatMap((part) => part.checks.map((check) => ({ ...check, of: part.title })));
  for (const verdict of ['fail', 'inconclusive'] as const) {
    const bad = checks.filter((check) => check.verdict === verdict);
    const [first] = bad;
    if (first === undefined) continue;
    const more =
      bad.length === 1 ? '' : ` And ${bad.length - 1} more ${verdict === 'fail' ? 'failed' : 'are inconclusive'}.`;
    return `${first.of}: ${first.reason}${more}`;
  }
  const [open] = notBegun;
  if (checks.length === 0 && open === undefined && leftOut !== undefined)
    return `Left out: ${leftOutWords({ leftOut }).join('; ')}.`;
  return open === undefined
    ? checks.length === 1
      ? 'Its check passed.'
      : `All ${checks.length} checks passed.`
    : `${open.title} did not begin.`;
}
