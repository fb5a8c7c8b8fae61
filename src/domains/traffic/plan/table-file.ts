import { readFile } from 'node:fs/promises';
import { ShakedownError } from '../../../model/error.ts';

type Row = Map<string, string>;

/**
 * Checks that every row has something under a column.
 * @throws ShakedownError PLAN_DATA, with the row but nothing of what is in it: it may be a password
 */
export function requireColumn(rows: readonly Row[], file: string, column: string): void {
  const at = rows.findIndex((row) => !row.has(column));
  if (at < 0) return;
  const known = [...(rows[at]?.keys() ?? [])].join(', ');
  throw new ShakedownError(
    'PLAN_DATA',
    `Data file ${file}: row ${at + 1} has no text or number under ${JSON.stringify(column)}, only under ${known || 'nothing'}.`,
  );
}

/**
 * Rows of a CSV file with a header line (RFC 4180), of a JSON file (an array of flat objects) or of an NDJSON file (one object a line),
 * distinguished by the first character. What JSON has as null, list or object is left out of its row.
 * @throws ShakedownError PLAN_DATA with the line
 */
export async function readTableFile(file: string): Promise<Row[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ShakedownError('PLAN_DATA', `Data file ${file} cannot be read.`, { cause });
  }
  const plain = text.replace(/^\ufeff/, '');
  if (/^\s*\[/.test(plain)) return readJson(plain, file);
  return /^\s*\{/.test(plain) ? readNdjson(plain, file) : readCsv(plain, file);
}

function readJson(text: string, file: string): Row[] {
  const problem = `Data file ${file}: not a JSON array of objects.`;
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (cause) {
    throw new ShakedownError('PLAN_DATA', problem, { cause });
  }
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row)))
    throw new ShakedownError('PLAN_DATA', problem);
  return rows.map(rowOf);
}

const rowOf = (row: object): Row =>
  new Map(
    Object.entries(row).flatMap(([name, value]) =>
      typeof value === 'object' ? [] : [[name, String(value)] as [string, string]],
    ),
  );

function readNdjson(text: string, file: string): Row[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch {
      // What the parser says of it shows a part of the line.
    }
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new ShakedownError('PLAN_DATA', `Data file ${file}, line ${i + 1}: not a JSON object.`);
    return [rowOf(row)];
  });
}

function readCsv(text: string, file: string): Row[] {
  const wrong = (line: number, what: string, hint?: string) =>
    new ShakedownError('PLAN_DATA', `Data file ${file}, line ${line}: ${what}.`, hint === undefined ? {} : { hint });
  // One cell: quoted, with doubled quotes inside, or bare; then a comma, a line's end or the text's.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n][^,\r\n]*|))(,|\r\n?|\n|$)/y;
  const rows: { line: number; cells: string[] }[] = [];
  let row = { line: 1, cells: [] as string[] };
  for (let line = 1, isOver = text === ''; !isOver; ) {
    const start = cell.lastIndex;
    const found = cell.exec(text);
    if (found === null) {
      const isClosed = /^"(?:[^"]|"")*"/.test(text.slice(start));
      throw wrong(line, isClosed ? 'something stands behind a closing quote' : 'a quote is never closed');
    }
    const [whole, quoted, bare = '', end] = found;
    row.cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    line += whole.match(/\r\n?|\n/g)?.length ?? 0;
    isOver = end === '';
    if (end === ',') continue;
    if (row.cells.length > 1 || row.cells[0] !== '' || quoted !== undefined) rows.push(row);
    row = { line, cells: [] };
  }
  const [header, ...values] = rows;
  if (header === undefined) return [];
  const names = header.cells;
  const other = /[;\t|]/.exec(names[0] ?? '')?.[0];
  if (names.length === 1 && other !== undefined) {
    const name = other === '\t' ? 'a tab' : `“${other}”`;
    throw wrong(header.line, `the columns are separated by ${name}`, 'Separate them by commas, as RFC 4180 says.');
  }
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw wrong(header.line, `two columns are called ${JSON.stringify(twice)}`);
  return values.map(({ line, cells }) => {
    if (cells.length !== names.length)
      throw wrong(
        line,
        `${cells.length} ${cells.length === 1 ? 'value' : 'values'} for ${names.length} ${names.length === 1 ? 'column' : 'columns'}`,
        'Put values that hold a comma into double quotes, and write a comma for a value that is empty.',
      );
    return new Map(names.map((name, i) => [name, cells[i] ?? '']));
  });
}
