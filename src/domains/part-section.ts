import type { Part } from './part.ts';
import { type PartResult, type PartsFold, partResults } from './part-fold.ts';
import type { RunPurpose } from './validation.ts';

/** What the parts of a domain came to. */
export interface PartsSection {
  parts: PartResult[];
  /** Parts that were asked for and did not begin. */
  notBegun: { id: string; title: string }[];
  /** Parts that were not asked for, so nothing is known of them. */
  notAsked: { id: string; title: string }[];
  /** Parts that the configuration leaves out; absent: none. */
  leftOut?: { id: string; title: string; reason: string; owner: string | null }[];
  /** Over all parts; null: none says what it covers. */
  coveragePercent: number | null;
  /** What the run is for; absent: to look at the candidate. */
  purpose?: RunPurpose;
}

/** @param parts all there are @param chosen ids of those that were asked for @param leftOut those that the configuration leaves out */
export async function partsSection<Context>(
  parts: readonly Pick<Part<Context>, 'id' | 'title' | 'load'>[],
  chosen: readonly string[],
  fold: PartsFold,
  leftOut: readonly { part: string; reason: string; owner: string | null }[] = [],
  purpose?: RunPurpose,
): Promise<PartsSection> {
  const isChosen = ({ id }: { id: string }) => chosen.includes(id);
  const named = ({ id, title }: { id: string; title: string }) => ({ id, title });
  const results = await partResults(parts.filter(isChosen), fold.parts);
  return {
    parts: results,
    notBegun: parts.filter((part) => isChosen(part) && !fold.parts.has(part.id)).map(named),
    notAsked: parts.filter((part) => !isChosen(part) && !leftOut.some((one) => one.part === part.id)).map(named),
    ...(leftOut.length === 0
      ? {}
      : {
          leftOut: parts.flatMap((part) =>
            leftOut
              .filter((one) => one.part === part.id)
              .map(({ reason, owner }) => ({ ...named(part), reason, owner })),
          ),
        }),
    coveragePercent: coverageOf(results),
    ...(purpose === undefined ? {} : { purpose }),
  };
}

/** Parts that were not asked for stand in the report, so that a short run does not read as a whole one. @param of within a sentence: `the monitoring` */
export function notAskedWords(
  of: string,
  section: Pick<PartsSection, 'parts' | 'notAsked' | 'leftOut'> | null | undefined,
): string[] {
  const titles = (section?.notAsked ?? []).map(({ title }) => title);
  const leftOut = leftOutWords(section);
  return [
    ...(titles.length === 0 ? [] : [`Of ${of} this run did not look at: ${titles.join(', ')}.`]),
    ...(leftOut.length === 0 ? [] : [`Of ${of} the configuration leaves out: ${leftOut.join('; ')}.`]),
    ...(section?.parts ?? []).flatMap(({ title, leftOut: some = [] }) =>
      some.length === 0 ? [] : [`Of ${of} (${title}) the configuration leaves out: ${some.join('; ')}.`],
    ),
  ];
}

/** `UI tests (it has no pages; decided by Ada)` */
export function leftOutWords(section: Pick<PartsSection, 'leftOut'> | null | undefined): string[] {
  return (section?.leftOut ?? []).map(
    ({ title, reason, owner }) => `${title} (${reason}${owner === null ? '' : `; decided by ${owner}`})`,
  );
}

function coverageOf(results: readonly PartResult[]): number | null {
  const all = results.flatMap(({ coverage }) => coverage ?? []);
  const total = all.reduce((sum, one) => sum + one.total, 0);
  return total === 0 ? null : (100 * all.reduce((sum, one) => sum + one.covered, 0)) / total;
}
