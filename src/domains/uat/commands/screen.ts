import type { UatResults } from '../../../model/uat.ts';
import { colorOf, mark } from '../../../report-kit/terminal/marks.ts';
import type { Colors } from '../../../report-kit/terminal/terminal.ts';
import { padded, wrapped } from '../../../report-kit/terminal/width.ts';

interface Style {
  columns: number;
  colors: Colors;
  unicode: boolean;
}

/** The User Acceptance Report's first screen in text. @param results already readable */
export function uatScreen(results: UatResults, index: string, { columns: given, colors, unicode }: Style): string {
  const columns = Math.max(30, Math.min(given, 110));
  const { bold, dim } = colors;
  const color = colorOf(results.verdict, colors);
  const { criteria, findings } = results.uat;
  const name = Math.max(...criteria.map(({ title }) => title.length));
  const found = findings.filter(({ waiver, kind }) => waiver === null && kind !== 'review' && kind !== 'practice');
  const lines = [
    '',
    color(bold(`${mark(results.verdict, unicode)} ${results.word}`)) +
      dim(`   user acceptance of ${results.candidate.name} ${results.candidate.version}`),
    ...wrapped(results.sentence, columns),
    '',
    ...criteria.map(
      (each) =>
        `${colorOf(each.verdict, colors)(mark(each.verdict, unicode))} ${padded(each.title, name)}  ${each.observed}`,
    ),
    ...(found.length === 0 ? [] : ['', bold('Found')]),
    ...found
      .slice(0, 12)
      .flatMap(({ rule, what, element, pages }) =>
        wrapped(`${rule}: ${what}${element === null ? '' : `, ${element}`} on ${pages.join(', ')}`, columns - 2).map(
          (line, row) => `${row === 0 ? '- ' : '  '}${line}`,
        ),
      ),
    ...(found.length > 12 ? [`  and ${found.length - 12} more, in the report`] : []),
    ...(results.missing.length === 0 ? [] : ['', bold('Missing')]),
    ...results.missing
      .slice(0, 8)
      .flatMap((text) => wrapped(text, columns - 2).map((line, row) => `${row === 0 ? '- ' : '  '}${line}`)),
    '',
    `${dim('report')}  ${bold(index)}`,
  ];
  return `${lines.join('\n')}\n`;
}
