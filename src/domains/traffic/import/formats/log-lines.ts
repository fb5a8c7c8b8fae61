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
  const batch: RecordBatch = { records: [], damaged: [], notUtf8: input.notUtf8 };
  const tooLong = `line is longer than ${maxLineBytes >> 20} MB`;
  const parseOne = (line: string, index: number, isLast: boolean): void => {
    if (line === '') return;
    const parsed = line.length > maxLineBytes ? tooLong : parse(line);
    if (typeof parsed !== 'string') {
      if ('method' in parsed) batch.records.push(parsed);
      else batch.records.push(...parsed);
    } else if (line.trim() !== '') {
      const damage = { line: input.firstLine + index, reason: parsed, text: line.slice(0, 200) };
      // A last line without its end was cut off while it was being written or copied.
      const cut = input.unfinished && isLast;
      batch.damaged.push(
        cut ? { ...damage, reason: `file ends inside this line (${parsed})`, truncated: true } : damage,
      );
    }
  };
  for (let index = 0; index < input.lines.length; index++) {
    const raw = input.lines[index] ?? '';
    // Servers escape it within a line, so one that is left ended a line, as where files with different ends were joined.
    const lines = raw.includes('\r') ? raw.split('\r') : [raw];
    for (const [n, line] of lines.entries())
      parseOne(line, index, index === input.lines.length - 1 && n === lines.length - 1);
  }
  if (input.overlong !== undefined) {
    batch.damaged.push({ line: input.firstLine + input.lines.length, reason: tooLong, text: input.overlong });
  }
  return batch;
}
