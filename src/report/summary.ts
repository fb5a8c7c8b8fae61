import type { FlatResults } from '../model/results.ts';
import { milliseconds } from '../report-kit/format.ts';
import { objectivesView } from '../report-kit/objectives-table.ts';
import { shortened } from '../report-kit/text.ts';
import { gatesView, wordOf } from './view/gates.ts';
import { highlightsView } from './view/highlights.ts';
import { worstMoment } from './view/timeline.ts';
import { verdictView } from './view/verdict.ts';

const signs: Record<string, string> = { pass: '✅', fail: '🛑', inconclusive: '🔶' };

/** Text for Markdown: no markup, no HTML, no mention of a user, no link, no table broken, no list begun. */
export function plain(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/[\\`*_[\]#|~$^]/g, (found) => `&#${found.charCodeAt(0)};`)
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@|:(?=\/\/)|www(?=\.)/gi, '$&&#8203;')
    .replace(/^(?=[-=+]|\d+[.)]\s)/, '&#8203;');
}

/** A cell of code: what may hold anything is shown as it is, but for what would end the cell. */
function code(text: string): string {
  const html = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return `<code>${html.replace(/[\\`*_[\]|~$@]/g, (found) => `&#${found.charCodeAt(0)};`)}</code>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[], numbers: number): string {
  const align = head.map((_, index) => (index >= head.length - numbers ? '---:' : '---'));
  return [head, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const mostBytes = 900_000;

/**
 * At most `limit` bytes: whole paragraphs, the first ones, and a note where any were left out, so that no table is cut in two.
 * GitHub takes at most 1 MiB a step and drops the whole summary when there is more.
 */
export function withinSize(parts: readonly string[], limit = mostBytes): string {
  const note = '> The rest is left out here for its size; it is in `index.html` and `performance.html`.';
  const room = limit - Buffer.byteLength(`${note}\n`);
  const kept: string[] = [];
  let bytes = 0;
  for (const part of parts) {
    bytes += Buffer.byteLength(part) + 2;
    if (bytes > room) return `${[...kept, note].join('\n\n')}\n`;
    kept.push(part);
  }
  return `${kept.join('\n\n')}\n`;
}

/**
 * `summary.md`: the verdict first, for a CI job summary or a promotion request. Every list here is capped, and so is the
 * whole: it stays under 900 KB.
 *
 * @param results already through `readableResults`
 */
export function summaryMarkdown(results: FlatResults): string {
  const view = verdictView(results);
  const gates = gatesView(results.gates);
  const objectives = objectivesView(results.objectives, results.candidate.baselineVersion);
  const { response, latencyTargetsMs: targets } = results;
  const worst = worstMoment(results);
  const parts = [
    `## ${signs[view.verdict]} ${view.word}: ${plain(view.subject)}`,
    ...view.notices.map(({ title, text }) => `> [!CAUTION]\n> **${plain(title)}:** ${plain(text)}`),
    plain(view.sentence),
  ];
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
  const against = (value: number | null, goal: number) => (value === null ? '–' : value < goal ? 'under' : '**over**');
  parts.push(
    '### Response time, from the planned arrival',
    table(
      ['', 'Response', `${milliseconds(targets.strict)} target`, `${milliseconds(targets.standard)} target`],
      (['p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const).map((key) => [
        key === 'p999' ? 'p99.9' : key,
        milliseconds(response[key]),
        against(response[key], targets.strict),
        against(response[key], targets.standard),
      ]),
      3,
    ),
  );
  const highlights = highlightsView(results);
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
  if (gates.notRun.length > 0) parts.push(`Not run, so not passed either: ${gates.notRun.map(plain).join(', ')}.`);
  parts.push(
    '### The run',
    table(
      ['', ''],
      view.facts.map(({ name, value }) => [name, plain(value)]),
      0,
    ),
  );
  parts.push(
    `Run ${code(shortened(results.run.id, 80))} · full report: \`index.html\`, \`performance.html\` · all times UTC`,
  );
  return withinSize(parts);
}
