import type { Keyed } from '../keyed.ts';

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return text.length === 36 && uuidForm.test(text);
}

/** Version and variant kept (RFC 9562, sections 4.1 and 4.2), and the case of the letters. */
export function pseudonymUuid(keyed: Keyed, text: string): string {
  const hex = keyed.mac('uuid', text.toLowerCase()).toString('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    (text[14] ?? '4') + hex.slice(13, 16),
    (text[19] ?? '8') + hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  const out = parts.join('-');
  return /[A-F]/.test(text) ? out.toUpperCase() : out.toLowerCase();
}

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Long and mixed enough to be random: base64, base64url and the like, with separators of those alphabets only. */
export function isOpaque(text: string): boolean {
  return (
    text.length >= 20 &&
    // Not one expression for the whole: it goes back over megabytes of one word, and has no room for that.
    !/[^A-Za-z0-9+/_.~-]/.test(text.replace(/={1,2}$/, '')) &&
    /\d/.test(text) &&
    /[a-z]/.test(text) &&
    /[A-Z]/.test(text) &&
    !/^[A-Za-z]+([-_./][A-Za-z]+)*$/.test(text)
  );
}

/** Same length, padding kept; `-_` and `+/` only where the original had them, so that the alphabet stays. */
export function pseudonymOpaque(keyed: Keyed, text: string): string {
  const padding = /={0,2}$/.exec(text)?.[0].length ?? 0;
  const length = text.length - padding;
  const alphabet = `${base64}${/[-_]/.test(text) ? '-_' : ''}${/[+/]/.test(text) ? '+/' : ''}`;
  const bytes = keyed.stream('opaque', text, length * 2);
  let out = '';
  for (let i = 0; i < length; i++) {
    const unit = text[i] ?? '';
    // Points part a token into sections, which its reader splits.
    out += unit === '.' || unit === '~' ? unit : alphabet[bytes.readUInt16LE(i * 2) % alphabet.length];
  }
  // The last character before padding has bits that must be zero (RFC 4648, section 3.5).
  if (padding > 0) {
    const last = padding === 2 ? 'AQgw' : 'AEIMQUYcgkosw048';
    out = out.slice(0, -1) + last[(bytes[0] ?? 0) % last.length];
  }
  return out + '='.repeat(padding);
}
