import type { Results } from '../../../model/results.ts';
import { verdictWord } from '../../../model/verdict.ts';
import {
  markdownCode as code,
  markdownText as plain,
  markdownTable as table,
  withinSize,
} from '../../../report-kit/markup.ts';
import { visible } from '../../../report-kit/text.ts';
import type { PartResult } from '../../part-fold.ts';
import type { PartsSection } from '../../part-section.ts';

const signs = { pass: '✅', fail: '🛑', inconclusive: '🔶' } as const;

/** `deployment-plan.md`: the runbook that somebody goes by, with what stands against it first. */
export function planMarkdown({ candidate, run, word, sentence }: Results, { parts }: PartsSection): string {
  const says = (text: string) => plain(visible(text));
  const notice =
    word === 'READY' ? [] : [`> [!CAUTION]\n> **${word}:** this plan is not to be carried out. ${says(sentence)}`];
  return withinSize([
    `# Deployment plan: ${says(candidate.name)} ${says(candidate.version)}`,
    ...notice,
    ...parts.flatMap((part) => partMarkdown(part, says)),
    `Made by the promotion run ${code(visible(run.id))}. Times were measured on the staging system.`,
  ]);
}

function partMarkdown(
  { title, verdict, checks, figures, tables, runbook }: PartResult,
  says: (text: string) => string,
): string[] {
  const open = checks.filter((each) => each.verdict !== 'pass');
  return [
    `## ${says(title)}: ${signs[verdict]} ${verdictWord[verdict]}`,
    ...(open.length === 0
      ? []
      : [open.map(({ title: of, reason }) => `- **${says(of)}:** ${says(reason)}`).join('\n')]),
    ...(figures.length === 0
      ? []
      : [
          table(
            ['', ''],
            figures.map(({ name, value }) => [says(name), says(value)]),
            0,
          ),
        ]),
    ...(tables ?? [])
      .filter(({ rows }) => rows.length > 0)
      .flatMap(({ title: of, head, rows, figures: last }) => {
        const command = head.indexOf('Command');
        const cells = rows.map((row) =>
          row.map((cell, index) => (index === command && cell !== '' ? code(visible(cell)) : says(cell))),
        );
        return [`### ${says(of)}`, table(head.map(says), cells, last)];
      }),
    ...(runbook === undefined || runbook.length === 0
      ? []
      : ['### As it was rehearsed', runbook.map((line, index) => `${index + 1}. ${says(line)}`).join('\n')]),
  ];
}
