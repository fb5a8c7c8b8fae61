import { isUtf8 } from 'node:buffer';

const western = new TextDecoder('windows-1252');

/** Text of bytes, and whether they are UTF-8; what is not is read as Windows-1252, which holds Latin-1, as old servers write it. */
export function sourceText(bytes: Buffer): { text: string; isUtf8: boolean } {
  return isUtf8(bytes)
    ? { text: bytes.toString('utf8'), isUtf8: true }
    : { text: western.decode(bytes), isUtf8: false };
}

/** Lines of a block, each read by itself where not all are UTF-8, and how many are not. */
export function sourceLines(block: Buffer, newline: number): { lines: string[]; notUtf8: number } {
  const separator = String.fromCharCode(newline);
  if (isUtf8(block)) return { lines: block.toString('utf8').split(separator), notUtf8: 0 };
  let notUtf8 = 0;
  const lines: string[] = [];
  for (let start = 0; start <= block.length; ) {
    const end = block.indexOf(newline, start);
    const line = sourceText(block.subarray(start, end < 0 ? block.length : end));
    if (!line.isUtf8) notUtf8++;
    lines.push(line.text);
    if (end < 0) break;
    start = end + 1;
  }
  return { lines, notUtf8 };
}

/** UTF-16 by its byte order mark, or by every other byte of its beginning being zero. */
export function isUtf16(head: Buffer): boolean {
  const mark = head.length >= 2 ? head.readUInt16BE(0) : 0;
  if (mark === 0xfffe || mark === 0xfeff) return true;
  const pairs = Math.min(head.length, 200) >> 1;
  let zeros = 0;
  for (let i = 0; i < pairs; i++) if ((head[2 * i] === 0) !== (head[2 * i + 1] === 0)) zeros++;
  return pairs >= 8 && zeros >= 0.9 * pairs;
}
