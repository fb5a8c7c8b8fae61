/** One value of one series; names of labels without `__name__`. */
export interface RemoteSample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
  /** Milliseconds since 1970. */
  timestampMs: number;
}

/**
 * A `prometheus.WriteRequest` of remote write 1.0 (https://prometheus.io/docs/specs/prw/remote_write_spec/), as protocol buffers:
 * timeseries = 1 { labels = 1 { name = 1, value = 2 }, samples = 2 { value = 1 (double), timestamp = 2 (int64) } }.
 */
export function writeRequest(samples: readonly RemoteSample[]): Buffer {
  return Buffer.concat(samples.map((sample) => field(1, timeSeries(sample))));
}

function timeSeries({ name, labels, value, timestampMs }: RemoteSample): Buffer {
  // The receiver wants names in order of their bytes, empty values left out.
  const sorted = [['__name__', name] as const, ...Object.entries(labels)]
    .filter(([, text]) => text !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const number = Buffer.alloc(9);
  number[0] = (1 << 3) | 1;
  number.writeDoubleLE(value, 1);
  const sample = Buffer.concat([number, Buffer.from([2 << 3]), varint(timestampMs)]);
  const pairs = sorted.map(([key, text]) =>
    field(1, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(text))])),
  );
  return Buffer.concat([...pairs, field(2, sample)]);
}

/** A field of wire type 2: its bytes with their length before them. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(Math.trunc(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

const literalAtMost = 65_536;

/**
 * Bytes in snappy's block format (https://github.com/google/snappy/blob/main/format_description.txt), as literals alone: valid, and not
 * smaller. A batch has some thousand bytes, so there is nothing to gain.
 */
export function snappyLiterals(bytes: Buffer): Buffer {
  const parts = [varint(bytes.length)];
  for (let at = 0; at < bytes.length; at += literalAtMost) {
    const literal = bytes.subarray(at, at + literalAtMost);
    const head = Buffer.alloc(3);
    // 61: the length, less one, follows in two bytes.
    head[0] = 61 << 2;
    head.writeUInt16LE(literal.length - 1, 1);
    parts.push(head, literal);
  }
  return Buffer.concat(parts);
}
