import type { LineParser, RecordBatch } from '../record.ts';
import { sourceText } from '../source-text.ts';
import { EntryScanner } from './json-entries.ts';

/**
 * Streams the elements of a list in a JSON document (or of documents one after the other), one in memory at a time, through a parser of JSON texts.
 * @param path keys that lead to the list; none where the document itself is one
 */
export async function* parseJsonList(
  chunks: AsyncIterable<Buffer>,
  path: readonly string[],
  parse: LineParser,
): AsyncGenerator<RecordBatch> {
  const scanner = new EntryScanner(path);
  const name = path.length === 0 ? 'the list' : path.join('.');
  for await (const chunk of chunks) {
    const batch = { records: [], damaged: [], notUtf8: 0 } as RecordBatch & { notUtf8: number };
    for (const entry of scanner.feed(chunk)) {
      const { text, isUtf8 } = sourceText(entry.bytes ?? Buffer.alloc(0));
      if (!isUtf8) batch.notUtf8++;
      const parsed = entry.bytes === undefined ? 'longer than 64 MB' : parse(text);
      if (typeof parsed === 'string') {
        const reason = `entry ${entry.number}: ${parsed}`;
        batch.damaged.push({ line: entry.line, reason, text: text.slice(0, 200) });
      } else if ('method' in parsed) batch.records.push(parsed);
      else batch.records.push(...parsed);
    }
    yield batch;
  }
  const end = { line: scanner.line, text: '', truncated: true };
  if (scanner.unfinished) yield { records: [], damaged: [{ ...end, reason: `file ends before ${name} does` }] };
  else if (!scanner.found) yield { records: [], damaged: [{ ...end, reason: `no ${name}`, truncated: false }] };
}
