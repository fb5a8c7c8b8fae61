import type { LookPicture, LookResult, LookState } from '../../../model/look.ts';
import type { GateResult } from '../../../model/verdict.ts';
import { count } from '../../../report-kit/format.ts';
import { isOwnFile } from '../../../report-kit/own-file.ts';
import { isThumbnail, shortened } from '../../../report-kit/text.ts';

/** Of the page's 300 KB: what small pictures may take. */
const mostThumbnailBytes = 90_000;
const mostChanged = 20;
const mostOpen = 40;

export interface LooksView {
  /** Whether any scenario compares visual snapshots. */
  any: boolean;
  changed: {
    name: string;
    where: string;
    observed: string;
    pictures: { title: string; href: string; thumbnail: string; alt: string }[];
  }[];
  changedLeftOut: number;
  open: { name: string; where: string; href: string }[];
  openLeftOut: number;
  /** What takes the present ones for approved; empty: there is nothing to approve. */
  command: string;
  states: { state: GateResult['verdict']; text: string }[];
}

const words: Record<LookState, { state: GateResult['verdict']; text: string }> = {
  changed: { state: 'fail', text: 'changed' },
  'nothing approved': { state: 'inconclusive', text: 'nothing approved yet: neither passed nor failed' },
  'approved now': { state: 'not run', text: 'approved by this run, compared with nothing' },
  'as approved': { state: 'pass', text: 'as approved' },
};

/** Visual snapshots: what changed, with pictures, and what has nothing to be compared with. @param looks already readable, changed ones first */
export function looksView(looks: readonly LookResult[], run: string): LooksView {
  const of = (state: LookState) => looks.filter((look) => look.state === state);
  const changed = of('changed');
  const open = of('nothing approved');
  let left = mostThumbnailBytes;
  const whereOf = ({ scenario, browser, size, page }: LookResult) => `${scenario}, ${browser} ${size}, ${page}`;
  return {
    any: looks.length > 0,
    states: (Object.keys(words) as LookState[]).flatMap((state) => {
      const many = of(state).length;
      return many === 0 ? [] : [{ state: words[state].state, text: `${count(many)} ${words[state].text}` }];
    }),
    changed: changed.slice(0, mostChanged).map((look) => {
      const three: [string, LookPicture | null][] = [
        ['Expected', look.expected],
        ['Got', look.got],
        ['Difference', look.diff],
      ];
      const bytes = three.reduce((sum, [, picture]) => sum + thumbnailOf(picture).length, 0);
      const isSmall = bytes <= left;
      if (isSmall) left -= bytes;
      return {
        name: shortened(look.file, 120),
        where: shortened(`${whereOf(look)}, ${look.step}`, 240),
        observed: observed(look),
        pictures: three.flatMap(([title, picture]) =>
          picture?.path == null || !isOwnFile(picture.path)
            ? []
            : [
                {
                  title,
                  href: picture.path,
                  thumbnail: isSmall ? thumbnailOf(picture) : '',
                  alt: `${title}: ${shortened(look.file, 80)} in ${look.browser}, ${look.size}`,
                },
              ],
        ),
      };
    }),
    changedLeftOut: Math.max(0, changed.length - mostChanged),
    open: open.slice(0, mostOpen).map((look) => ({
      name: shortened(look.file, 120),
      where: shortened(whereOf(look), 200),
      href: isOwnFile(look.got?.path ?? '') ? (look.got?.path ?? '') : '',
    })),
    openLeftOut: Math.max(0, open.length - mostOpen),
    command: changed.length + open.length === 0 ? '' : `shakedown uat approve ${run}`,
  };
}

/** What a file of events holds is not to be trusted to be a picture. */
function thumbnailOf(picture: LookPicture | null): string {
  const url = picture?.thumbnail ?? '';
  return isThumbnail(url) ? url : '';
}

function observed({ pixels, share, tolerance }: LookResult): string {
  if (pixels === null || share === null) return 'its size differs';
  const percent = (value: number) => `${Math.round(value * 10_000) / 100} %`;
  return `${count(pixels)} pixels differ, ${percent(share)}; ${percent(tolerance)} may`;
}
