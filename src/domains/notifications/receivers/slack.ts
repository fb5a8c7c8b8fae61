import { firstWords } from '../../../report-kit/text.ts';
import { type Notice, titleOf } from '../notice.ts';

/** Of Slack's documentation: characters of a section and of a header, and blocks of a message. */
const limits = { section: 3_000, header: 150, blocks: 50 } as const;

/**
 * A message of Slack. What comes from a candidate is plain text, in which nothing is a link, a mention or markup; the link is of the configuration.
 * @returns at most 50 blocks, none longer than Slack takes
 */
export function slackMessage(notice: Notice): object {
  const { sentence, failed, run, command, link } = notice;
  const section = (text: string) => ({ type: 'section', text: plain(text, limits.section) });
  const head = [{ type: 'header', text: plain(titleOf(notice), limits.header) }, section(sentence)];
  const tail = [
    { type: 'context', elements: [plain(`${run} · ${command}`, 1_000)] },
    ...(link === null ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: `<${escaped(link)}|The report>` } }]),
  ];
  const room = limits.blocks - head.length - tail.length;
  const gates = failed.map(({ title, summary }) => section(`${title}: ${summary}`));
  const shown =
    gates.length > room ? [...gates.slice(0, room - 1), section(`And ${gates.length - room + 1} more gates.`)] : gates;
  // What a notification shows, and what a reader without blocks does.
  return { text: escaped(firstWords(titleOf(notice), 1_000)), blocks: [...head, ...shown, ...tail] };
}

function plain(text: string, most: number): object {
  return { type: 'plain_text', emoji: false, text: firstWords(text, most) || '–' };
}

/** Of Slack's three signs, the only ones that it reads in text that is no markup. */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
