/** `what`: its first words, without comments; `text`: as it is sent. */
export interface Statement {
  text: string;
  /** Without comments and without what stands in quotes, in one line. */
  bare: string;
}

/** Quoted things, comments and ends of statements, by PostgreSQL's rules (4.1 Lexical Structure). Comments nest. */
const token =
  /(?<comment>--[^\n]*)|(?<open>\/\*)|(?<escaped>\b[eE]'(?:[^'\\]|\\.|'')*')|(?<quoted>'(?:[^']|'')*')|(?<named>"(?:[^"]|"")*")|(?<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)|(?<end>;)/gs;

/** The statements of a file. What follows the last semicolon is one too, where it is more than comments. */
export function splitStatements(sql: string): Statement[] {
  const found: Statement[] = [];
  let [start, bare, from] = [0, '', 0];
  const close = (end: number) => {
    bare += sql.slice(from, end);
    const one = bare.replaceAll(/\s+/g, ' ').trim();
    if (one !== '') found.push({ text: sql.slice(start, end).trim(), bare: one });
    bare = '';
  };
  token.lastIndex = 0;
  for (let match = token.exec(sql); match !== null; match = token.exec(sql)) {
    const { comment, open, dollar, end, named } = match.groups ?? {};
    if (end !== undefined) {
      // The body of a function in SQL's own words has semicolons of its own.
      if (/\bBEGIN ATOMIC\b(?!.*\bEND\s*$)/is.test(bare + sql.slice(from, match.index))) continue;
      close(match.index);
      start = token.lastIndex;
      from = start;
      continue;
    }
    bare += sql.slice(from, match.index);
    if (open !== undefined) token.lastIndex = endOfComment(sql, token.lastIndex);
    else if (dollar !== undefined) {
      const last = sql.indexOf(dollar, token.lastIndex);
      token.lastIndex = last < 0 ? sql.length : last + dollar.length;
    }
    bare += comment !== undefined || open !== undefined ? ' ' : named !== undefined ? named : "''";
    from = token.lastIndex;
  }
  close(sql.length);
  return found;
}

function endOfComment(sql: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  for (let depth = 1; depth > 0; ) {
    const match = mark.exec(sql);
    if (match === null) return sql.length;
    depth += match[0] === '/*' ? 1 : -1;
  }
  return mark.lastIndex;
}
