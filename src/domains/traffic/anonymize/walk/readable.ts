/** Reading what may be base64 of text. */

/** Six bits of a character of base64 or base64url; -1 for others. */
const sextet = new Int8Array(128).fill(-1);
for (const [value, unit] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  sextet[unit.charCodeAt(0)] = value;
sextet['-'.charCodeAt(0)] = 62;
sextet['_'.charCodeAt(0)] = 63;
export const sextetAt = (text: string, at: number): number => sextet[text.charCodeAt(at)] ?? -1;

/** Shorter ones begin readably by chance. */
export const shortestRun = 12;

/** Whether the first nine bytes of base64 can begin a UTF-8 text without control characters. */
export function beginsReadably(text: string, from: number): boolean {
  let following = 0;
  for (let at = from; at < from + shortestRun; at += 4) {
    const bits =
      (sextetAt(text, at) << 18) |
      (sextetAt(text, at + 1) << 12) |
      (sextetAt(text, at + 2) << 6) |
      sextetAt(text, at + 3);
    for (let shift = 16; shift >= 0; shift -= 8) {
      const byte = (bits >>> shift) & 255;
      if (following > 0) {
        if (byte >> 6 !== 2) return false;
        following--;
      } else if (byte >= 128) {
        if (byte < 0xc2 || byte > 0xf4) return false;
        following = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      } else if (isControl(byte)) return false;
    }
  }
  return true;
}

const isControl = (byte: number) => byte < 9 || (byte > 13 && byte < 32) || byte === 127;

/** Whether bytes are UTF-8 without control characters. */
export function isReadable(bytes: Buffer): boolean {
  for (const byte of bytes) if (isControl(byte)) return false;
  return !bytes.toString('utf8').includes('\ufffd');
}

/** As text, when the bytes are UTF-8 and begin without control characters. */
export function readable(bytes: Buffer): string | undefined {
  for (let i = 0; i < bytes.length && i < 64; i++) if (isControl(bytes[i] ?? 0)) return undefined;
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
}
