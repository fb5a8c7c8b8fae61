import { type LineBatch, maxLineBytes, readLines } from '../lines.ts';
import type { LineParser, RecordBatch } from '../record.ts';

/**
 * Runs a line parser over chunks. Empty lines count for nothing.
 * @param isBroken whether the source could not be read to its end, once it has been read: then its last line is half a line, even where it can be parsed
 */
export async function* parseLines(
  chunks: AsyncIterable<Buffer>,
  parse: LineParser,
  isBroken: () => boolean,
): AsyncGenerator<RecordBatch> {
  for await (const lines of readLines(chunks)) {
    const half = lines.unfinished && isBroken() ? lines.lines.pop() : undefined;
    const batch = parseBatch(lines, parse);
    if (half !== undefined && half.trim() !== '') {
      const line = lines.firstLine + lines.lines.length;
      batch.damaged.push({ line, reason: 'file ends inside this line', text: half.slice(0, 200), truncated: true });
    }
    yield batch;
  }
}

function parseBatch(input: LineBatch, parse: LineParser): RecordBatch {
  const batch: RecordBatch = { records: [], damaged: [] };
  const tooLong = `line is longer than ${maxLineBytes >> 20} MB`;
  for (let index = 0; index < input.lines.length; index++) {
    const raw = input.lines[index] ?? '';
    const line = raw.charCodeAt(raw.length - 1) === 13 ? raw.slice(0, -1) : raw;
    if (line === '') continue;
    const parsed = line.length > maxLineBytes ? tooLong : parse(line);
    if (typeof parsed !== 'string') {
      if ('method' in parsed) batch.records.push(parsed);
      else batch.records.push(...parsed);
    } else if (line.trim() !== '') {
      const damage = { line: input.firstLine + index, reason: parsed, text: line.slice(0, 200) };
      // A last line without its end was cut off while it was being written or copied.
      const cut = input.unfinished && index === input.lines.length - 1;
      batch.damaged.push(
        cut ? { ...damage, reason: `file ends inside this line (${parsed})`, truncated: true } : damage,
      );
    }
  }
  if (input.overlong !== undefined) {
    batch.damaged.push({ line: input.firstLine + input.lines.length, reason: tooLong, text: input.overlong });
  }
  return batch;
}
