import { sourceLines } from './source-text.ts';

/** Lines longer than this are damage: no HTTP exchange in a log needs as much. */
export const maxLineBytes = 10 * 1024 * 1024;

const lineFeed = 10;
const carriageReturn = 13;

/** Whole lines that came together. */
export interface LineBatch {
  /** Number of the first line, from 1. */
  firstLine: number;
  lines: string[];
  /** The beginning of a line too long to be kept, which followed `lines`. */
  overlong: string | undefined;
  /** The last line had no line end. */
  unfinished: boolean;
  /** How many are not UTF-8. */
  notUtf8: number;
}

/**
 * Cuts chunks into lines; a line over `maxLineBytes` is skipped without being held. Where the first chunk has carriage returns and no line feed, they end
 * the lines.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<LineBatch> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let skipping: string | undefined;
  let line = 1;
  let newline: number | undefined;
  for await (const chunk of chunks) {
    newline ??= chunk.includes(carriageReturn) && !chunk.includes(lineFeed) ? carriageReturn : lineFeed;
    let rest = chunk;
    if (skipping !== undefined) {
      const end = rest.indexOf(newline);
      if (end < 0) continue;
      yield { firstLine: line, lines: [], overlong: skipping, unfinished: false, notUtf8: 0 };
      line++;
      skipping = undefined;
      rest = rest.subarray(end + 1);
    }
    const last = rest.lastIndexOf(newline);
    if (last < 0) {
      if (rest.length > 0) held.push(rest);
      heldBytes += rest.length;
    } else {
      const block = held.length === 0 ? rest.subarray(0, last) : Buffer.concat([...held, rest.subarray(0, last)]);
      const { lines, notUtf8 } = sourceLines(block, newline);
      yield { firstLine: line, lines, overlong: undefined, unfinished: false, notUtf8 };
      line += lines.length;
      held = last + 1 < rest.length ? [rest.subarray(last + 1)] : [];
      heldBytes = rest.length - last - 1;
    }
    if (heldBytes > maxLineBytes) {
      skipping = Buffer.concat(held).toString('utf8', 0, 200);
      held = [];
      heldBytes = 0;
    }
  }
  if (skipping !== undefined) yield { firstLine: line, lines: [], overlong: skipping, unfinished: true, notUtf8: 0 };
  else if (heldBytes > 0) {
    const { lines, notUtf8 } = sourceLines(Buffer.concat(held), newline ?? lineFeed);
    yield { firstLine: line, lines, overlong: undefined, unfinished: true, notUtf8 };
  }
}
