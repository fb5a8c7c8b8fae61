/** Decodes percent-encoding; where it is malformed the text is taken as it stands. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

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
