import type { Block, Page } from '../domains/domain.ts';
import type { Results } from '../model/results.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import { type Part, renderPart } from '../report-kit/render.ts';
import { timelineView } from '../report-kit/timeline-view.ts';
import type { RunContent } from './content.ts';
import { askEach, type Declared, reasonOf } from './declared.ts';

/** Everything that domains declared for pages, drawn. */
export interface RunParts {
  /** Those that this run has, in order. */
  pages: Page[];
  /** Parts of a page, in order; `index.html` too. */
  of(page: Pick<Page, 'file' | 'timeline'>): Part[];
}

const above: readonly Block['place'][] = ['lead', 'figures'];
const below: readonly Block['place'][] = ['findings', 'details'];

/** Draws the blocks of every page. One that throws is replaced by what says so. @param results readable already */
export function partsOf(
  results: Results,
  declared: readonly Declared[],
  content: RunContent,
  acceptance: RunAcceptance | null,
  warnings: string[],
): RunParts {
  const drawn = declared.flatMap(({ id, reporting: { blocks = [] } }) =>
    blocks.flatMap((block) => {
      const part = drawnBlock(id, block, results, acceptance, warnings);
      return part === null ? [] : [{ page: block.page, place: block.place, part }];
    }),
  );
  const pages = askEach(
    declared,
    'pages',
    ({ pages: all = [] }) =>
      all.filter((page) => page.exists?.(results) ?? drawn.some(({ page: file }) => file === page.file)),
    warnings,
  );
  const timeline = timelinePart(content, warnings);
  return {
    pages,
    of: ({ file, timeline: hasTimeline = false }) => {
      const at = (places: readonly Block['place'][]) =>
        places.flatMap((place) => drawn.filter((each) => each.page === file && each.place === place));
      const middle = hasTimeline && timeline !== null ? [timeline] : [];
      return [...at(above).map(({ part }) => part), ...middle, ...at(below).map(({ part }) => part)];
    },
  };
}

function drawnBlock(
  id: string,
  { page, template, view }: Block,
  results: Results,
  acceptance: RunAcceptance | null,
  warnings: string[],
): Part | null {
  try {
    const shown = view(results, acceptance);
    return shown === null ? null : renderPart(template, shown);
  } catch (error) {
    return undrawn(`“${nameOf(template)}” of ${id}, on ${page}`, error, warnings);
  }
}

/** The same on every page of a run, so it is drawn once. */
function timelinePart({ timeline }: RunContent, warnings: string[]): Part | null {
  if (timeline === null) return null;
  try {
    return renderPart('timeline', timelineView(timeline.charted, timeline.changes));
  } catch (error) {
    return undrawn('The timeline', error, warnings);
  }
}

function undrawn(name: string, error: unknown, warnings: string[]): Part {
  const reason = reasonOf(error);
  warnings.push(`A part could not be drawn: ${reason}. ${name}.`);
  return renderPart('undrawn', { name, reason });
}

/** `percentiles`, whether by its name or where it is. */
function nameOf(template: string | URL): string {
  return typeof template === 'string' ? template : (template.pathname.split('/').at(-1) ?? '').replace(/\.hbs$/, '');
}
