import { decodePercent } from '../../../../model/percent-encoding.ts';
/** Well-formed, and with the characters that a component needs encoded. */
export function encodePercent(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // A lone surrogate has no UTF-8 form; Buffer writes U+FFFD for it.
    return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
  }
}

/** A value of a query or form. `+` is a space there. */
export function decodeForm(text: string): string {
  return decodePercent(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

/** Spaces as the original had them; `:`, `/`, `@` and `,` stay bare where the original left them so. */
export function encodeForm(text: string, original: string): string {
  let out = encodePercent(text);
  if (original.includes('+') || !original.includes('%20')) out = out.replaceAll('%20', '+');
  return original.includes('%') || !out.includes('%')
    ? out
    : out.replace(/%(?:3A|2F|40|2C|3B)/g, (code) => decodeURIComponent(code));
}

/** A segment of a path; what may stand there bare stays so where the original had it bare, as in `/@name` and `/map:7`. */
export function encodeSegment(text: string, original: string): string {
  const out = encodePercent(text);
  if (!out.includes('%')) return out;
  return out.replace(/%(?:40|3A|2C|24|26|2B|3D)/g, (code) => {
    const unit = decodeURIComponent(code);
    return original.includes(unit) ? unit : code;
  });
}
