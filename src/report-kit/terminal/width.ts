// East Asian wide and emoji, which take two columns; and marks, which take none (Unicode TR11, near enough for a status block).
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const none = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Columns that text takes on a terminal; it must hold no control or escape characters. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

function widthOf(character: string): number {
  if (character < '\u0300') return 1;
  if (none.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Cuts text to a number of columns, with an ellipsis where it was cut. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let used = 0;
  let kept = '';
  for (const character of text) {
    const width = widthOf(character);
    if (used + width > columns - 1) break;
    kept += character;
    used += width;
  }
  return columns > 0 ? `${kept}…` : '';
}

/** Fills up with spaces to a number of columns, or cuts. */
export function padded(text: string, columns: number, side: 'left' | 'right' = 'right'): string {
  const fitting = cut(text, columns);
  const fill = ' '.repeat(Math.max(0, columns - columnsOf(fitting)));
  return side === 'right' ? fitting + fill : fill + fitting;
}

/** Breaks text into lines of at most `columns`, between words where it can. */
export function wrapped(text: string, columns: number): string[] {
  const limit = Math.max(10, columns);
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > limit) {
      lines.push(line);
      line = '';
    }
    while (columnsOf(word) > limit) {
      const head = cut(word, limit).slice(0, -1);
      lines.push(head);
      word = word.slice(head.length);
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** The same behind a name: what goes on stands below the text and not below the name. @param name as wide as it is to be, with the space behind it */
export function hanging(name: string, text: string, columns: number): string[] {
  const width = columnsOf(name);
  return wrapped(text, columns - width).map((line, row) => `${row === 0 ? name : ' '.repeat(width)}${line}`);
}
