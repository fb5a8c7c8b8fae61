import type { FindingGroup } from '../../../model/finding.ts';
import type { GateResult } from '../../../model/verdict.ts';
import { count } from '../../../report-kit/format.ts';
import { asSentence, isThumbnail, shortened } from '../../../report-kit/text.ts';

const mostFindings = 40;
/** Of all pictures of a table. */
const mostPictureBytes = 90_000;

interface FindingRow {
  state: GateResult['verdict'];
  word: string;
  rule: string;
  what: string;
  fix: string;
  element: string;
  snippet: string;
  help: string;
  /** Its address as it is read on paper. */
  helpText: string;
  /** The element on its page; empty: there is none. */
  thumbnail: string;
  pictureOf: string;
  pages: string;
  where: string;
  count: string;
  criteria: string;
  waiver: string;
}

/** Groups of findings as rows, waived ones too. */
export function findingsView(groups: readonly FindingGroup[]): { rows: FindingRow[]; leftOut: number } {
  let bytes = 0;
  const pictureOf = ({ thumbnail = '' }: FindingGroup) => {
    if (!isThumbnail(thumbnail) || bytes + thumbnail.length > mostPictureBytes) return '';
    bytes += thumbnail.length;
    return thumbnail;
  };
  const rows = groups.slice(0, mostFindings).map((group): FindingRow => {
    const open = group.kind === 'review' || group.kind === 'practice' || group.kind === 'held-back';
    return {
      state: group.waiver !== null ? 'not run' : open ? 'inconclusive' : 'fail',
      word:
        group.waiver !== null
          ? 'Waived'
          : group.kind === 'review'
            ? 'To review'
            : group.kind === 'practice'
              ? 'Advice'
              : group.kind === 'held-back'
                ? 'Held back'
                : (group.impact ?? 'wrong'),
      rule: shortened(group.rule, 60),
      what: asSentence(shortened(group.what, 400)),
      fix: group.fix === null ? '' : shortened(group.fix, 1500),
      element: group.element === null ? '' : shortened(group.element, 120),
      snippet: group.snippet === null ? '' : shortened(group.snippet, 320),
      help: group.help ?? '',
      helpText: (group.help ?? '').replace(/^https?:\/\//, '').replace(/\?.*$/, ''),
      thumbnail: pictureOf(group),
      pictureOf: `${shortened(group.element ?? '', 120)} on its page`,
      pages: shortened(group.pages.join(', '), 160),
      where: inShort(group.seenIn),
      count: count(group.count),
      criteria: group.criteria.map((each) => each.replace(/^wcag(\d)(\d)(\d+)$/, '$1.$2.$3')).join(', '),
      waiver:
        group.waiver === null
          ? ''
          : `Waived by ${group.waiver.owner} until ${group.waiver.expires}: ${shortened(group.waiver.reason, 160)}`,
    };
  });
  return { rows, leftOut: Math.max(0, groups.length - mostFindings) };
}

/** `chromium phone, desktop; firefox desktop`. */
function inShort(seenIn: readonly string[]): string {
  const byBrowser = new Map<string, string[]>();
  for (const each of seenIn) {
    const [browser = '', size = ''] = each.split(' ');
    byBrowser.set(browser, [...(byBrowser.get(browser) ?? []), size]);
  }
  return [...byBrowser].map(([browser, sizes]) => `${browser} ${sizes.join(', ')}`).join('; ');
}
