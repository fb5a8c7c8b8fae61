/** A piece between two separators; undefined bytes when it was longer than the cap and skipped. */
export interface SplitRecord {
  bytes: Buffer | undefined;
  /** Line on which it begins, from 1. */
  line: number;
  /** Nothing came after it: no separator. */
  last: boolean;
}

const maxRecordBytes = 64 * 1024 * 1024;

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

/** Cuts chunks at a separator, which may itself be cut by the end of a chunk. Holds one record, up to 64 MB. */
export async function* splitRecords(chunks: AsyncIterable<Buffer>, separator: Buffer): AsyncGenerator<SplitRecord> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let skipped = false;
  let line = 1;
  let recordLine = 1;
  const finish = (piece: Buffer, last: boolean): SplitRecord => {
    const record = { bytes: skipped ? undefined : Buffer.concat([...held, piece]), line: recordLine, last };
    held = [];
    heldBytes = 0;
    skipped = false;
    return record;
  };
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let rest = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
    for (let end = rest.indexOf(separator); end >= 0; end = rest.indexOf(separator)) {
      const piece = rest.subarray(0, end);
      yield finish(piece, false);
      line += countLines(piece) + countLines(separator);
      recordLine = line;
      rest = rest.subarray(end + separator.length);
    }
    // The last bytes may be the beginning of a separator.
    const keep = Math.min(rest.length, separator.length - 1);
    tail = rest.subarray(rest.length - keep);
    const piece = rest.subarray(0, rest.length - keep);
    line += countLines(piece);
    heldBytes += piece.length;
    if (heldBytes > maxRecordBytes) {
      skipped = true;
      held = [];
    } else if (piece.length > 0) {
      held.push(piece);
    }
  }
  if (heldBytes + tail.length > 0) yield finish(tail, true);
}
