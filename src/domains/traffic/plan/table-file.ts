import { ShakedownError } from '../../../model/error.ts';

/**
 * Rows of a CSV file with a header line (RFC 4180) or of an NDJSON file (one flat object a line), distinguished by the first character.
 * @throws ShakedownError PLAN_DATA
 */
export function readTable(text: string, file: string): Map<string, string>[] {
  const plain = text.replace(/^\ufeff/, '');
  return /^\s*\{/.test(plain) ? readNdjson(plain, file) : readCsv(plain);
}

function readNdjson(text: string, file: string): Map<string, string>[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      const row: unknown = JSON.parse(line);
      return [new Map(Object.entries(row as object).map(([name, value]) => [name, String(value)]))];
    } catch (cause) {
      throw new ShakedownError('PLAN_DATA', `Data file ${file}, line ${i + 1}: not a JSON object.`, { cause });
    }
  });
}

function readCsv(text: string): Map<string, string>[] {
  const rows: string[][] = [[]];
  // One cell: quoted, with doubled quotes inside, or bare; then a comma, a line's end or the text's.
  for (const [cell, quoted, bare = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    if (cell === '') break;
    rows[rows.length - 1]?.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  const [names = [], ...values] = rows.filter((row) => row.length > 1 || (row[0] ?? '') !== '');
  return values.map((row) => new Map(names.map((name, i) => [name, row[i] ?? ''])));
}
