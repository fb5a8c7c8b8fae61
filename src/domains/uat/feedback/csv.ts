/** Rows of RFC 4180: commas, quotes doubled within quotes, line ends within quotes. Semicolons where the first line has no comma. */
export function csvRows(text: string): string[][] {
  const body = text.replace(/^\ufeff/, '');
  const [head = ''] = body.split(/\r?\n/, 1);
  const separator = !head.includes(',') && head.includes(';') ? ';' : ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  const endField = () => {
    row.push(field);
    field = '';
  };
  const endRow = () => {
    endField();
    if (row.some((each) => each.trim() !== '')) rows.push(row);
    row = [];
  };
  for (let i = 0; i < body.length; i++) {
    const character = body[i] ?? '';
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (body[i + 1] === '"') {
        field += '"';
        i++;
      } else isQuoted = false;
    } else if (character === '"' && field === '') isQuoted = true;
    else if (character === separator) endField();
    else if (character === '\n') endRow();
    else if (character !== '\r') field += character;
  }
  endRow();
  return rows;
}
