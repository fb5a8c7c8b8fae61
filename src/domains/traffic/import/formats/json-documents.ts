import type { LineParser, ParsedLine, RecordBatch } from '../record.ts';
import { EntryScanner, type JsonEntry } from './json-entries.ts';

function parsedEntry(entry: JsonEntry, parse: LineParser): ParsedLine {
  return entry.bytes === undefined ? 'longer than 64 MB' : parse(entry.bytes.toString('utf8'));
}

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
    const batch: RecordBatch = { records: [], damaged: [] };
    for (const entry of scanner.feed(chunk)) {
      const parsed = parsedEntry(entry, parse);
      if (typeof parsed === 'string') {
        const text = entry.bytes?.toString('utf8', 0, 200) ?? '';
        batch.damaged.push({ line: entry.line, reason: `entry ${entry.number}: ${parsed}`, text });
      } else if ('method' in parsed) batch.records.push(parsed);
      else batch.records.push(...parsed);
    }
    yield batch;
  }
  const end = { line: scanner.line, text: '', truncated: true };
  if (scanner.unfinished) yield { records: [], damaged: [{ ...end, reason: `file ends before ${name} does` }] };
  else if (!scanner.found) yield { records: [], damaged: [{ ...end, reason: `no ${name}`, truncated: false }] };
}
