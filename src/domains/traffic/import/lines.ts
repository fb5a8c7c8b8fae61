/** Lines longer than this are damage: no HTTP exchange in a log needs as much. */
export const maxLineBytes = 10 * 1024 * 1024;

const newline = 10;

/** Whole lines that came together. */
export interface LineBatch {
  /** Number of the first line, from 1. */
  firstLine: number;
  lines: string[];
  /** The beginning of a line too long to be kept, which followed `lines`. */
  overlong: string | undefined;
  /** The last line had no line end. */
  unfinished: boolean;
}

/** Cuts chunks into lines; a line over `maxLineBytes` is skipped without being held. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<LineBatch> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let skipping: string | undefined;
  let line = 1;
  for await (const chunk of chunks) {
    let rest = chunk;
    if (skipping !== undefined) {
      const end = rest.indexOf(newline);
      if (end < 0) continue;
      yield { firstLine: line, lines: [], overlong: skipping, unfinished: false };
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
      const lines = block.toString('utf8').split('\n');
      yield { firstLine: line, lines, overlong: undefined, unfinished: false };
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
  if (skipping !== undefined) yield { firstLine: line, lines: [], overlong: skipping, unfinished: true };
  else if (heldBytes > 0) {
    yield { firstLine: line, lines: [Buffer.concat(held).toString('utf8')], overlong: undefined, unfinished: true };
  }
}
