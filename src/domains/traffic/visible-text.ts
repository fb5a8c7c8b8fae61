/** Makes control and direction-changing characters visible, so that what was recorded cannot write to a terminal. */
export function visibleText(text: string, maxLength: number): string {
  let shown = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const hidden = code < 0x20 || (code >= 0x7f && code < 0xa0) || /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(character);
    const next = hidden
      ? code < 0x100
        ? `\\x${code.toString(16).padStart(2, '0')}`
        : `\\u{${code.toString(16)}}`
      : character;
    if (shown.length + next.length > maxLength) return `${shown.slice(0, maxLength - 1)}…`;
    shown += next;
  }
  return shown;
}
