import { deflateSync, inflateSync } from 'node:zlib';
import { LatencyHistogram, maximumUs, significantDigits } from './histogram.ts';

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

/** HdrHistogram's V2 compressed payload in base64 (`HISTFAAAA…`). */
export function encodeHistogram(histogram: LatencyHistogram): string {
  const slots = histogram.lastIndex + 1;
  const plain = Buffer.allocUnsafe(headerBytes + slots * countBytesAtMost);
  let end = headerBytes;
  for (let i = 0; i < slots; ) {
    const count = histogram.countAt(i++);
    let zeros = count === 0 ? 1 : 0;
    // The last slot is in use, so a run of zeros ends before it.
    while (zeros > 0 && histogram.countAt(i) === 0) {
      zeros++;
      i++;
    }
    end = writeZigZag(plain, end, zeros > 0 ? -zeros : count);
  }
  plain.writeInt32BE(plainCookie, 0);
  plain.writeInt32BE(end - headerBytes, 4);
  plain.writeInt32BE(0, 8);
  plain.writeInt32BE(significantDigits, 12);
  plain.writeBigInt64BE(1n, 16);
  plain.writeBigInt64BE(BigInt(maximumUs), 24);
  plain.writeDoubleBE(1, 32);
  const deflated = deflateSync(plain.subarray(0, end));
  const head = Buffer.allocUnsafe(8);
  head.writeInt32BE(compressedCookie, 0);
  head.writeInt32BE(deflated.length, 4);
  return Buffer.concat([head, deflated]).toString('base64');
}

/**
 * Adds the counts of a V2 compressed base64 payload to `into`.
 * @throws RangeError when it is damaged, or of another precision or unit than ours; `into` may then hold a part of it
 */
export function decodeHistogramInto(base64: string, into: LatencyHistogram): void {
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
  if (end > plain.length) throw new RangeError('The histogram is cut off.');
  // Other precisions, units and shifted ones have other buckets. hdr-histogram-js writes a shift of 1 and means none.
  if (
    (plain.readInt32BE(8) & ~1) !== 0 ||
    plain.readInt32BE(12) !== significantDigits ||
    plain.readBigInt64BE(16) > 1n
  ) {
    throw new RangeError('The histogram is not of three significant digits from 1 µs on.');
  }
  let index = 0;
  for (let at = headerBytes; at < end; ) {
    let zigZag = 0;
    let factor = 1;
    let bytes = 0;
    let byte: number;
    do {
      if (at >= end) throw new RangeError('The histogram is cut off.');
      byte = plain[at++] as number;
      bytes++;
      // The ninth byte is the last and carries eight bits.
      zigZag += (bytes < countBytesAtMost ? byte & 127 : byte) * factor;
      factor *= 128;
    } while (byte >= 128 && bytes < countBytesAtMost);
    if (zigZag > Number.MAX_SAFE_INTEGER) throw new RangeError('The histogram holds an impossible count.');
    if (zigZag % 2 === 1) index += (zigZag + 1) / 2;
    else into.addAt(index++, zigZag / 2);
  }
}

/** Reads a V2 compressed base64 payload. @throws RangeError as `decodeHistogramInto` */
export function decodeHistogram(base64: string): LatencyHistogram {
  const histogram = new LatencyHistogram();
  decodeHistogramInto(base64, histogram);
  return histogram;
}
