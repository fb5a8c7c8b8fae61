import { type ImportedRecord, importedRecord, type LineParser, type ParsedLine } from '../record.ts';
import type { JsonRow } from './json-fields.ts';

const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const level = '(?:trace|debug|info|notice|warn(?:ing)?|err(?:or)?|crit(?:ical)?|alert|emerg|fatal|panic)';

/** How servers begin what they write to their error logs, which often stands in one stream with their access log. */
const errorLog = new RegExp(
  [
    // nginx: `2021/12/01 13:53:33 [error] 31#31: …`; LiteSpeed, PHP and others with a date in front and a level behind it.
    String.raw`\d{4}[-/]\d{2}[-/]\d{2}[ T]\d{2}:\d{2}:\d{2}\S*(?: [+-]\d{4})?,? \[?${level}\b`,
    // Apache: `[Thu Oct 13 12:24:49.880562 2022] [auth_basic:error] …`.
    String.raw`\[[A-Z][a-z]{2} ${month} [ \d]\d \d{2}:\d{2}:\d{2}(?:\.\d+)? \d{4}\] `,
    String.raw`\[?${level}\]?[ :]`,
    String.raw`(?:time=\S+ |ts=\S+ |t=\S+ )?level=${level}\b`,
  ]
    .map((one) => `(?:${one})`)
    .join('|'),
  'i',
);
const comment = /^\s*#/;
const likeRequest = /\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b|\bHTTP\/\d/;

/** A line that was never a request, such as a comment: it is counted, and is not damage. */
export function otherLine(): ImportedRecord {
  const other = importedRecord(0, '', '');
  other.notReplayable = 'log entry that is no request';
  return other;
}

/** What an application logs between its requests: counted, and no damage. What looks like a request is. */
export function otherEntry(row: JsonRow): ParsedLine {
  const looksLikeRequest = ['method', 'request', 'httpRequest', 'RequestMethod', 'ClientRequestMethod'].some(
    (name) => name in row,
  );
  if (looksLikeRequest) return 'no request with all that belongs to it';
  return otherLine();
}

function isErrorLog(line: string): boolean {
  return errorLog.exec(line)?.index === 0;
}

/**
 * A parser that counts what is no request by its nature, and calls it no damage: comments, and a server's error log in the same stream. Where a
 * collector joins the words of several programs, that is all without a method or a protocol.
 */
export function tolerating(parse: LineParser, isShared: boolean): LineParser {
  return (line) => {
    const parsed = parse(line);
    if (typeof parsed !== 'string') return parsed;
    if (!comment.test(line) && !isErrorLog(line) && !(isShared && !likeRequest.test(line))) return parsed;
    return otherLine();
  };
}
