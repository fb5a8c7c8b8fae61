import type { Comparison, Interval, Objective, Unit } from '../model/verdict.ts';

/** `12,345,678`, whatever the machine's locale. */
export function grouped(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

/** Rounded to `digits` significant ones, whole from there on, so that 1127.4 is `1,127` and 0.0412 is `0.041`. */
function rounded(value: number, digits: number, unit: Unit): string {
  if (value === 0 || !Number.isFinite(value)) return grouped(value);
  // Near 100 % the missing part is the figure: 99.993, not 100.
  const telling = unit === '%' && value > 90 && value < 100 ? 100 - value : Math.abs(value);
  const decimals = Math.min(Math.max(digits - 1 - Math.floor(Math.log10(telling)), 0), 12);
  return grouped(Number(value.toFixed(decimals)));
}

/** Within a sentence: `22 bytes`, `5 kB`. */
export function inBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} bytes`;
  return bytes < 1e6 ? `${Number((bytes / 1000).toPrecision(3))} kB` : `${Number((bytes / 1e6).toPrecision(3))} MB`;
}

/** `1 min`, `23 h 40 min`, `30 s`, `250 ms`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

const hourMs = 3_600_000;

/** A figure without its unit (hours with theirs), with as many digits as show on which side of `target` it lies. */
export function figure(value: number, unit: Unit, target?: number): string {
  if (unit === 'h') return duration(value * hourMs);
  for (let digits = unit === '%' ? 2 : 3; ; digits++) {
    const text = rounded(value, digits, unit);
    if (target === undefined || digits > 9) return text;
    if (Math.sign(Number(text.replaceAll(',', '')) - target) === Math.sign(value - target)) return text;
  }
}

const unitWords: Record<Unit, string> = { ms: ' ms', '/s': ' /s', '%': ' %', score: '', h: '', count: '' };

/** A figure with its unit. */
export function amount(value: number, unit: Unit, target?: number): string {
  return `${figure(value, unit, target)}${unitWords[unit]}`;
}

/** A target with its unit, as it was written. */
export function targetAmount({ target, unit }: Pick<Objective, 'target' | 'unit'>): string {
  return unit === 'h' ? duration(target * hourMs) : `${grouped(target)}${unitWords[unit]}`;
}

/** An interval with two significant digits of its upper end: what lies between is not known any better. */
export function coarse({ low, high, confidence }: Interval): Interval {
  if (!Number.isFinite(high) || high <= 0) return { low, high, confidence };
  const decimals = Math.min(Math.max(1 - Math.floor(Math.log10(high)), 0), 12);
  return { low: Number(low.toFixed(decimals)), high: Number(high.toFixed(decimals)), confidence };
}

/** `208–219 ms`, or `at least 208 ms` where nothing bounds it above. */
export function range(interval: Interval, unit: Unit): string {
  if (!Number.isFinite(interval.high)) return `at least ${amount(interval.low, unit)}`;
  return `${figure(interval.low, unit, interval.high)}–${amount(interval.high, unit, interval.low)}`;
}

const comparisonWords: Record<Comparison, string> = {
  '<': 'below',
  '<=': 'at most',
  '>': 'above',
  '>=': 'at least',
  '=': 'exactly',
};

/** What is required: `below 200 ms`. */
export function requirement(objective: Objective): string {
  return `${comparisonWords[objective.comparison]} ${targetAmount(objective)}`;
}

/** With a capital first letter, but for names such as p99. */
export function sentence(text: string): string {
  return /^p\d/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** A title within a sentence: `Unit tests` is `unit tests`, and `API tests` stays. */
export function inSentence(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** With one full stop at its end, whatever it ends with. */
export function withFullStop(text: string): string {
  return `${text.trim().replace(/[.\s]+$/, '')}.`;
}
