import { constants, deflateSync, inflateSync } from 'node:zlib';
import { LatencyHistogram, lastSlot, maximumUs, significantDigits } from './histogram.ts';

// HdrHistogram's V2 encoding: https://github.com/HdrHistogram/HdrHistogram/blob/master/src/main/java/org/HdrHistogram/AbstractHistogram.java
const plainCookie = 0x1c849313;
const compressedCookie = 0x1c849314;
const headerBytes = 40;
const countBytesAtMost = 9;
/** More than the widest histogram takes, so that a small payload cannot unpack into a large one. */
const inflatedBytesAtMost = 512 * 1024;

/** Writes ZigZag LEB128; arithmetic instead of shifts, since counts may pass 2^31. Returns the next offset. */
function writeZigZag(into: Uint8Array, at: number, value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let offset = at;
  while (rest >= 128) {
    into[offset++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  into[offset++] = rest;
  return offset;
}

let scratchBuffer = Buffer.alloc(0);

/** Room that the next call takes again: a window is a hundred payloads, one after the other. */
function scratch(bytes: number): Buffer {
  if (scratchBuffer.length < bytes) scratchBuffer = Buffer.allocUnsafeSlow(bytes);
  return scratchBuffer;
}

/**
 * HdrHistogram's V2 compressed payload in base64 (`HISTFAAAA…`). Counts repeat only as runs of the same small number: looking for no
 * other repetition packs them 6 % smaller, in half the time.
 */
export function encodeHistogram(histogram: LatencyHistogram): string {
  const counts = histogram.slots;
  const plain = scratch(headerBytes + counts.length * countBytesAtMost);
  let end = headerBytes;
  for (let i = 0; i < counts.length; ) {
    const count = counts[i++] as number;
    if (count !== 0) {
      end = writeZigZag(plain, end, count);
      continue;
    }
    const from = i - 1;
    // The last slot is in use, so a run of zeros ends before it.
    while (counts[i] === 0) i++;
    end = writeZigZag(plain, end, from - i);
  }
  plain.writeInt32BE(plainCookie, 0);
  plain.writeInt32BE(end - headerBytes, 4);
  plain.writeInt32BE(0, 8);
  plain.writeInt32BE(significantDigits, 12);
  plain.writeBigInt64BE(1n, 16);
  plain.writeBigInt64BE(BigInt(maximumUs), 24);
  plain.writeDoubleBE(1, 32);
  const deflated = deflateSync(plain.subarray(0, end), { strategy: constants.Z_RLE });
  const head = Buffer.allocUnsafe(8);
  head.writeInt32BE(compressedCookie, 0);
  head.writeInt32BE(deflated.length, 4);
  return Buffer.concat([head, deflated]).toString('base64');
}

/**
 * Adds the counts of a V2 compressed base64 payload to each of `into`.
 * @throws RangeError when it is damaged, or of another precision or unit than ours; nothing was added then
 */
export function decodeHistogramInto(base64: string, ...into: LatencyHistogram[]): void {
  const plain = unpack(base64);
  // A walk takes a fraction of the unpacking, so that one more makes the adding all or nothing.
  addCounts(plain, null);
  for (const histogram of into) addCounts(plain, histogram);
}

/** Reads a V2 compressed base64 payload. @throws RangeError as `decodeHistogramInto` */
export function decodeHistogram(base64: string): LatencyHistogram {
  const histogram = new LatencyHistogram();
  decodeHistogramInto(base64, histogram);
  return histogram;
}

/** The counts as encoded, of a histogram in our layout. */
function unpack(base64: string): Uint8Array {
  const packed = Buffer.from(base64, 'base64');
  if (packed.length < 8 || packed.readInt32BE(0) !== compressedCookie)
    throw new RangeError('Not a V2 compressed histogram.');
  const length = packed.readInt32BE(4);
  if (length < 0 || packed.length < 8 + length) throw new RangeError('The histogram is cut off.');
  let plain: Buffer;
  try {
    plain = inflateSync(packed.subarray(8, 8 + length), { maxOutputLength: inflatedBytesAtMost });
  } catch (cause) {
    throw new RangeError('The histogram cannot be unpacked.', { cause });
  }
  if (plain.length < headerBytes || plain.readInt32BE(0) !== plainCookie) throw new RangeError('Not a V2 histogram.');
  const end = headerBytes + plain.readInt32BE(4);
  if (end < headerBytes || end > plain.length) throw new RangeError('The histogram is cut off.');
  // Other precisions, units and shifted ones have other buckets. hdr-histogram-js writes a shift of 1 and means none.
  if (
    (plain.readInt32BE(8) & ~1) !== 0 ||
    plain.readInt32BE(12) !== significantDigits ||
    plain.readBigInt64BE(16) > 1n
  ) {
    throw new RangeError('The histogram is not of three significant digits from 1 µs on.');
  }
  return plain.subarray(headerBytes, end);
}

/** Walks the ZigZag LEB128 numbers: even ones are counts, odd ones runs of empty buckets. `into` null: only checks them. */
function addCounts(counts: Uint8Array, into: LatencyHistogram | null): void {
  const end = counts.length;
  let index = 0;
  for (let at = 0; at < end; ) {
    let byte = counts[at++] as number;
    let zigZag = byte & 127;
    // The ninth byte is the last and carries eight bits.
    for (let bytes = 1, factor = 128; byte >= 128 && bytes < countBytesAtMost; bytes++, factor *= 128) {
      if (at >= end) throw new RangeError('The histogram is cut off.');
      byte = counts[at++] as number;
      zigZag += (bytes < countBytesAtMost - 1 ? byte & 127 : byte) * factor;
    }
    if (zigZag > Number.MAX_SAFE_INTEGER) throw new RangeError('The histogram holds an impossible count.');
    if (zigZag % 2 === 1) index += (zigZag + 1) / 2;
    else if (into !== null) into.addAt(index++, zigZag / 2);
    else if (index++ > lastSlot) throw new RangeError('The histogram holds larger values than 2^31 − 1 µs.');
  }
}
