import { detectedIn } from '../../../traffic/public.ts';
import { roleNames } from './fields.ts';
import type { Line, Names } from './line.ts';

/** Personal or secret data in lines. No value is kept. */
export interface Personal {
  /** `email`, `secret`, `ip`. */
  kind: string;
  field: string;
  lines: number;
  /** It has a form that nothing else has. What is not sure has to be looked at. */
  isSure: boolean;
}

const sure: ReadonlySet<string> = new Set(['email', 'jwt', 'secret', 'iban', 'card', 'password']);
const secretName =
  /(^|[._-])(pass(word|wd|phrase)?|secret|(access|refresh|auth|bearer|session)?[_-]?token|api[_-]?key|authorization|(set[_-]?)?cookie|private[_-]?key|credentials?)$/i;
const masked = /^[*•.x…\s<>[\](){}-]*$|redacted|hidden|masked|filtered|removed|not shown|\*{3}|^sha\d+:/i;
const secretText =
  /\b(?:pass(?:word|wd|phrase)|api[_-]?key|client[_-]?secret)=([^\s"'&;,]{3,})|\bauthorization["']?\s*[:=]\s*["']?(?:bearer|basic)\s+([^\s"',;]{3,})/gi;
/** Addresses that no person has. */
const nobody = /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0|255\.|::1$|::$|f[cd]|fe80:)/i;

/** @param allowed kinds that may be there */
export function personalIn(lines: readonly Line[], allowed: readonly string[], names: Names): Personal[] {
  const found = new Map<string, Personal>();
  const skip = new Set([...roleNames('time', names), ...roleNames('instance', names), ...roleNames('level', names)]);
  for (const line of lines) {
    const seen = new Set<string>();
    for (const [field, value] of Object.entries(line.fields)) {
      if (typeof value !== 'string' || skip.has(field)) continue;
      for (const kind of kindsIn(field, value)) seen.add(`${kind}\u0000${field}`);
    }
    for (const key of seen) {
      const [kind = '', field = ''] = key.split('\u0000');
      if (allowed.includes(kind)) continue;
      const known = found.get(key);
      if (known === undefined) found.set(key, { kind, field, lines: 1, isSure: sure.has(kind) });
      else known.lines++;
    }
  }
  return [...found.values()].sort((a, b) => Number(b.isSure) - Number(a.isSure) || b.lines - a.lines);
}

function* kindsIn(field: string, value: string): Generator<string> {
  if (secretName.test(field) && value.length >= 4 && !masked.test(value)) yield 'password';
  for (const [, ...values] of value.matchAll(secretText)) {
    if (values.some((one) => one !== undefined && !masked.test(one))) yield 'password';
  }
  for (const { kind, text } of detectedIn(value)) {
    if (kind === 'ip' && nobody.test(text)) continue;
    yield kind;
  }
}
