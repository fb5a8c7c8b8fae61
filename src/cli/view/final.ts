import type { ObjectiveResult, Verdict } from '../../model/verdict.ts';
import type { FirstScreen } from '../../report/first-screen.ts';
import { quantity, target } from '../../report-kit/format.ts';
import { reasonsOnce } from '../../report-kit/objectives-table.ts';
import { colorOf, mark } from '../../report-kit/terminal/marks.ts';
import type { Colors } from '../../report-kit/terminal/terminal.ts';
import { columnsOf, cut, padded, wrapped } from '../../report-kit/terminal/width.ts';

interface FinalStyle {
  columns: number;
  colors: Colors;
  unicode: boolean;
}

const narrow = 64;
const mostMissing = 8;
const worstFirst: Record<Verdict, number> = { fail: 0, inconclusive: 1, pass: 2 };

/** The report's first screen in text: verdict, why, objectives worst first, what is missing, where the report is. */
export function finalScreen(screen: FirstScreen, index: string, style: FinalStyle): string {
  const { verdict: view } = screen;
  const { bold, dim, yellow } = style.colors;
  const color = colorOf(view.verdict, style.colors);
  const columns = Math.max(20, Math.min(style.columns, 110));
  const paragraph = (text: string) => wrapped(text, columns);
  const notices = view.notices.flatMap(({ title, text }) => [
    ...paragraph(title).map((line) => yellow(bold(line))),
    ...paragraph(text).map((line) => yellow(line)),
  ]);
  const grave = view.notices.flatMap(({ brief }) =>
    brief === undefined ? [] : paragraph(brief).map((line) => yellow(bold(line))),
  );
  const word = `${mark(view.verdict, style.unicode)} ${view.word}`;
  const subject = `   ${view.subject} on ${screen.environment}`;
  const lines = [
    // What takes weight from everything below is said first and last.
    ...grave,
    ...notices,
    '',
    color(bold(word)) + dim(cut(subject, columns - columnsOf(word))),
    ...(view.eyebrow === null ? [] : paragraph(view.eyebrow).map((line) => dim(line))),
    ...paragraph(view.sentence),
    ...screen.answers.flatMap(paragraph),
    '',
    ...(columns < narrow ? stacked : table)(screen.objectives, columns, style),
    '',
    ...view.facts.flatMap(({ name, value }) =>
      wrapped(value, columns - 17).map((line, row) => `${dim(padded(row === 0 ? name : '', 17))}${line}`),
    ),
    ...missingLines(screen, columns, style),
    ...(screen.signed === null ? [] : ['', ...paragraph(`${screen.signed}.`)]),
    '',
    // Not cut: a path is for copying.
    `${dim('report')}  ${bold(index)}`,
    ...grave,
  ];
  return `${lines.join('\n')}\n`;
}

function missingLines(
  { notJudged, missing, objectives }: FirstScreen,
  columns: number,
  { colors }: FinalStyle,
): string[] {
  // What an objective of the table says is not said again.
  const open = missing.filter(
    (line) =>
      !objectives.some(({ reason }) => reason !== '' && line.endsWith(reason)) &&
      !(notJudged.length > 0 && line.startsWith('Not judged in this run')),
  );
  const said = open.slice(0, mostMissing);
  if (open.length > mostMissing) said.push(`and ${open.length - mostMissing} more, in the report`);
  if (notJudged.length > 0) said.push(`Gates of the policy that were not judged: ${notJudged.join(', ')}`);
  const item = (text: string) => wrapped(text, columns - 2).map((line, row) => `${row === 0 ? '- ' : '  '}${line}`);
  return said.length === 0 ? [] : ['', colors.bold('Missing'), ...said.flatMap(item)];
}

function sorted(objectives: readonly ObjectiveResult[]): ObjectiveResult[] {
  return objectives.toSorted((a, b) => worstFirst[a.verdict] - worstFirst[b.verdict]);
}

function nameOf({ objective }: ObjectiveResult): string {
  return objective.route === undefined ? objective.title : `${objective.title}, ${objective.route}`;
}

function observed({ objective, value, words }: ObjectiveResult): string {
  return words?.observed ?? quantity(value, objective.unit, objective.target);
}

function wanted({ objective, words }: ObjectiveResult): string {
  return words?.wanted ?? target(objective.comparison, objective.target, objective.unit);
}

function reasonLines(reason: string | undefined, columns: number): string[] {
  return reason === undefined || reason === '' ? [] : wrapped(reason, columns);
}

function table(objectives: readonly ObjectiveResult[], columns: number, style: FinalStyle): string[] {
  const { dim, bold } = style.colors;
  const figure = 13;
  const rows = sorted(objectives);
  const name = Math.min(Math.max(20, ...rows.map((row) => columnsOf(nameOf(row)))), columns - 4 - 2 * figure);
  const lines = rows.every(({ words }) => words !== undefined)
    ? []
    : [dim(`  ${padded('Objective', name)}${padded('Observed', figure, 'left')}${padded('Target', figure, 'left')}`)];
  const reasons = reasonsOnce(rows);
  for (const [i, row] of rows.entries()) {
    const color = colorOf(row.verdict, style.colors);
    const first = `${color(mark(row.verdict, style.unicode))} ${padded(nameOf(row), name)}`;
    // Words stand in no column.
    if (row.words !== undefined) lines.push(`${first}  ${bold(cut(row.words.observed, columns - name - 4))}`);
    else lines.push(`${first}${bold(padded(observed(row), figure, 'left'))}${padded(wanted(row), figure, 'left')}`);
    lines.push(...reasonLines(reasons[i], columns - 4).map((line) => dim(`    ${line}`)));
  }
  return lines;
}

function stacked(objectives: readonly ObjectiveResult[], columns: number, style: FinalStyle): string[] {
  const { dim, bold } = style.colors;
  const rows = sorted(objectives);
  const reasons = reasonsOnce(rows);
  return rows.flatMap((row, i) => [
    `${colorOf(row.verdict, style.colors)(mark(row.verdict, style.unicode))} ${cut(nameOf(row), columns - 2)}`,
    `  ${bold(observed(row))} ${dim(`target ${wanted(row)}`)}`,
    ...reasonLines(reasons[i], columns - 2).map((line) => dim(`  ${line}`)),
  ]);
}
