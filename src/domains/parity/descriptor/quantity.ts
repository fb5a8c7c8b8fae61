import type { Unit } from './format.ts';

/** Values are held in billionths, so that 500m and 0.5, and 2048Mi and 2Gi, are exactly the same and 1Gi and 1G are not. */
const billion = 1_000_000_000n;

const sizes: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  k: 1000n,
  kb: 1000n,
  m: 1000n ** 2n,
  mb: 1000n ** 2n,
  g: 1000n ** 3n,
  gb: 1000n ** 3n,
  t: 1000n ** 4n,
  tb: 1000n ** 4n,
  p: 1000n ** 5n,
  pb: 1000n ** 5n,
  e: 1000n ** 6n,
  eb: 1000n ** 6n,
  ki: 1024n,
  kib: 1024n,
  mi: 1024n ** 2n,
  mib: 1024n ** 2n,
  gi: 1024n ** 3n,
  gib: 1024n ** 3n,
  ti: 1024n ** 4n,
  tib: 1024n ** 4n,
  pi: 1024n ** 5n,
  pib: 1024n ** 5n,
  ei: 1024n ** 6n,
  eib: 1024n ** 6n,
};

/** In billionths of a second. */
const times: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  ms: 1_000_000n,
  s: billion,
  m: 60n * billion,
  min: 60n * billion,
  h: 3600n * billion,
  d: 86_400n * billion,
};

const number = /^([+-]?)(\d{1,30})(?:\.(\d{0,30}))?(?:[eE]([+-]?\d{1,2}))?$/;

/** In billionths; null: it is no number. What is finer than a billionth is rounded up, as Kubernetes does. */
function billionths(text: string): bigint | null {
  const match = number.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent) - fraction.length + 9;
  const digits = BigInt(whole + fraction);
  let scaled: bigint;
  if (shift >= 0) scaled = digits * 10n ** BigInt(shift);
  else {
    const by = 10n ** BigInt(-shift);
    scaled = digits / by + (digits % by === 0n ? 0n : 1n);
  }
  return sign === '-' ? -scaled : scaled;
}

/** @returns billionths of the unit; null: the text is no such quantity */
export function quantity(given: string | number, unit: Unit): bigint | null {
  const text = String(given).trim();
  switch (unit) {
    case 'text':
      return null;
    case 'count':
      return billionths(text);
    case 'percent':
      return billionths(text.replace(/\s*%$/, ''));
    case 'cores':
      return cores(text);
    case 'bytes':
      return bytes(text);
    case 'seconds':
      return billionths(text) ?? duration(text);
  }
}

function cores(text: string): bigint | null {
  const match = /^(.*?)([mun])$/.exec(text);
  if (match === null) return billionths(text);
  const amount = billionths(match[1] ?? '');
  if (amount === null) return null;
  const by = { m: 1000n, u: 1_000_000n, n: billion }[match[2] as 'm' | 'u' | 'n'];
  return amount / by + (amount % by === 0n ? 0n : 1n);
}

function bytes(text: string): bigint | null {
  const plain = billionths(text);
  if (plain !== null) return plain;
  const match = /^(.*?)\s*([A-Za-z]{1,3})$/.exec(text);
  if (match === null) return null;
  const [, amount = '', suffix = ''] = match;
  // In Kubernetes a small m is a thousandth: `128974848000m` of memory is a legal quantity.
  if (suffix === 'm') return cores(text);
  const by = Object.hasOwn(sizes, suffix.toLowerCase()) ? sizes[suffix.toLowerCase()] : undefined;
  const value = billionths(amount);
  return by === undefined || value === null ? null : value * by;
}

/** `1m30s`, `500ms`, `1.5h` */
function duration(text: string): bigint | null {
  const parts = [...text.matchAll(/(\d{1,18}(?:\.\d{1,9})?)(ns|us|µs|ms|s|min|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return null;
  return parts.reduce((total, [, amount = '', name = '']) => {
    const value = billionths(amount) ?? 0n;
    return total + (value * (times[name] ?? 0n)) / billion;
  }, 0n);
}

/** Texts whose unit is written with them, in the same dimension: `30s` and `0.5m`, `512Mi` and `0.5Gi`. null: they are no such pair. */
export function samePair(left: string, right: string): { left: bigint; right: bigint } | null {
  if (left.length > 60 || right.length > 60) return null;
  const [first, second] = [duration(left), duration(right)];
  if (first !== null && second !== null) return { left: first, right: second };
  const isSize = /^\d[\d.]*\s*([KMGTPE]i?B?|[kmgtpe]i?[bB])$/;
  if (!isSize.test(left) || !isSize.test(right)) return null;
  const [one, other] = [bytes(left), bytes(right)];
  return one === null || other === null ? null : { left: one, right: other };
}
