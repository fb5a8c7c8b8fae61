import type { FindingGroup, FindingKind, WaiverProblem } from '../../model/finding.ts';
import type { UatAttempt } from '../../model/uat.ts';
import type { Waiver } from './waivers.ts';

const mostListed = 12;
const mostPictures = 40;
const kindOrder: readonly FindingKind[] = [
  'violation',
  'keyboard',
  'reflow',
  'motion',
  'forced-colours',
  'manual',
  'console',
  'request',
  'link',
  'slow-step',
  'layout-shift',
  'cut-off',
  'visual',
  'held-back',
  'review',
  'practice',
];
const impactOrder = ['critical', 'serious', 'moderate', 'minor'];

/** Findings of one rule at one element together, over pages, browsers, sizes and scenarios; worst first. */
export function groupFindings(
  attempts: readonly UatAttempt[],
  waivers: readonly Waiver[],
  now: Date,
): { groups: FindingGroup[]; problems: WaiverProblem[] } {
  const groups = new Map<string, FindingGroup>();
  for (const { scenario, browser, size, observation } of attempts) {
    for (const { page, step, ...finding } of observation.findings) {
      // What such findings say is what they are; that of a step is another each time, for its figures.
      const said = ['console', 'request', 'held-back', 'visual'].includes(finding.kind)
        ? finding.what
        : finding.kind === 'slow-step'
          ? page
          : '';
      const at = [finding.kind, finding.rule, finding.element ?? '', said].join('\u0000');
      const group = groups.get(at) ?? {
        ...finding,
        pages: [],
        seenIn: [],
        scenarios: [],
        steps: [],
        count: 0,
        waiver: null,
      };
      groups.set(at, group);
      if (group.thumbnail === undefined && finding.thumbnail !== undefined) group.thumbnail = finding.thumbnail;
      add(group.pages, page);
      add(group.seenIn, `${browser} ${size}`);
      add(group.scenarios, scenario.id);
      add(group.steps, step);
      group.count++;
    }
  }
  const problems: WaiverProblem[] = [];
  const today = now.toISOString().slice(0, 10);
  for (const { rule, element, page, owner, reason, expires } of waivers) {
    if (expires < today) {
      problems.push({ rule, owner, problem: `expired on ${expires}, so it covers nothing` });
      continue;
    }
    const covered = [...groups.values()].filter(
      (group) =>
        group.rule === rule &&
        (element === null || group.element === element) &&
        (page === null || group.pages.every((each) => each === page)),
    );
    if (covered.length === 0) problems.push({ rule, owner, problem: 'covers nothing that was found' });
    for (const group of covered) group.waiver = { owner, reason, expires };
  }
  const rank = ({ waiver, kind, impact }: FindingGroup) =>
    (waiver === null ? 0 : 1000) + kindOrder.indexOf(kind) * 10 + (impact === null ? 9 : impactOrder.indexOf(impact));
  const sorted = [...groups.values()].sort((a, b) => rank(a) - rank(b) || a.rule.localeCompare(b.rule));
  return { groups: withFewPictures(sorted), problems };
}

/** The worst ones keep theirs, so that results stay small; all are in `uat.ndjson`. */
function withFewPictures(groups: readonly FindingGroup[]): FindingGroup[] {
  let left = mostPictures;
  return groups.map(({ thumbnail, ...group }) =>
    thumbnail === undefined || left-- <= 0 ? group : { ...group, thumbnail },
  );
}

function add(list: string[], value: string): void {
  if (!list.includes(value) && list.length < mostListed) list.push(value);
}
