import type { Gate, Page } from '../domains/domain.ts';
import type { Results } from '../model/results.ts';
import {
  markdownCode as code,
  markdownText as plain,
  markdownTable as table,
  withinSize,
} from '../report-kit/markup.ts';
import { objectivesView } from '../report-kit/objectives-table.ts';
import { shortened } from '../report-kit/text.ts';
import { type VerdictView, wordOf } from '../report-kit/verdict.ts';
import type { RunContent } from './content.ts';
import { gatesView } from './view/gates.ts';
import { highlightsView } from './view/highlights.ts';

const mostBrief = 12;
const longestBrief = 300;

const signs: Record<string, string> = { pass: '✅', fail: '🛑', inconclusive: '🔶' };

/**
 * `summary.md`: the verdict first, for a CI job summary or a promotion request. Every list here is capped, and so is the
 * whole: it stays under 900 KB.
 *
 * @param results already through `readableResults`
 */
export function summaryMarkdown(
  results: Results,
  content: RunContent,
  view: VerdictView,
  { declared, pages }: { declared: readonly Gate[]; pages: readonly Page[] },
): string {
  const gates = gatesView(results, declared);
  const objectives = objectivesView(results.objectives, results.candidate.baselineVersion);
  const worst = content.timeline?.worst ?? null;
  const policy = results.policy === null ? '' : ` (policy ${plain(shortened(results.policy.name, 60))})`;
  const parts = [
    `## ${signs[view.verdict]} ${view.word}: ${plain(view.subject)}${policy}`,
    ...view.notices.map(({ title, text }) => `> [!CAUTION]\n> **${plain(title)}:** ${plain(text)}`),
    plain(view.sentence),
  ];
  if (content.brief.length > 0)
    parts.push(
      content.brief
        .slice(0, mostBrief)
        .map((line) => `- ${plain(shortened(line, longestBrief))}`)
        .join('\n'),
    );
  if (view.aside.lines.length > 0) {
    const more = view.aside.leftOut > 0 ? [`- ${view.aside.leftOut} more, in results.json`] : [];
    parts.push(`**${view.aside.title}**`, [...view.aside.lines.map((line) => `- ${plain(line)}`), ...more].join('\n'));
  }
  if (objectives.rows.length > 0) {
    const rows = objectives.rows.map((row) => [
      `${signs[row.verdict]} ${row.word}`,
      `${plain(row.title)}${row.route === null ? '' : ` ${code(row.route)}`}${row.reason === '' ? '' : `<br>${plain(row.reason)}`}`,
      plain(row.target),
      `**${plain(row.observed)}**`,
      plain(row.interval),
      plain(row.samples),
    ]);
    parts.push(`### Objectives`, table(['Verdict', 'Objective', 'Target', 'Observed', 'Interval', 'Samples'], rows, 4));
  }
  for (const { title, head, rows, figures } of content.tables) {
    const cells = rows.map((row) =>
      row.map((cell) => (typeof cell === 'string' ? plain(cell) : `**${plain(cell.strong)}**`)),
    );
    parts.push(`### ${plain(title)}`, table(head.map(plain), cells, figures));
  }
  const highlights = highlightsView(content.highlights);
  if (highlights.length > 0) {
    const lines = highlights.map(
      ({ verdict, word, title, lines }) =>
        `- ${signs[verdict] ?? '▫️'} **${title}** (${word.toLowerCase()}): ${lines.map(plain).join(' ')}`,
    );
    parts.push('### Over the run', lines.join('\n'));
  }
  if (worst !== null) parts.push(`Worst moment: ${plain(worst.label)}.`);
  if (gates.judged.length > 0) {
    const rows = gates.judged.map((gate) => [
      plain(gate.title),
      `${signs[gate.verdict]} ${wordOf(gate.verdict)}`,
      plain(gate.summary),
    ]);
    parts.push('### Gates', table(['Gate', 'Verdict', ''], rows, 0));
  }
  parts.push(
    '### The run',
    table(
      ['', ''],
      view.facts.map(({ name, value }) => [name, plain(value)]),
      0,
    ),
  );
  if (gates.notJudged.length > 0)
    parts.push(
      `Gates of the policy that this command did not judge, so they are not passed: ${gates.notJudged.map(plain).join(', ')}.`,
    );
  parts.push(
    `Run ${code(shortened(results.run.id, 80))} · full report: ${['index.html', ...pages.slice(0, 1).map(({ file }) => file)].map((file) => `\`${file}\``).join(', ')} · all times UTC`,
  );
  return withinSize(parts);
}
