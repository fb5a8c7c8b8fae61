/** What a text with templates can become. */
export interface Outcomes {
  /** Each text that the template can give; `openText` stands for what is known only when the alert fires. */
  readonly texts: readonly string[];
  /** false: it has loops or the like, and may become something else too. */
  readonly isWhole: boolean;
}

/** Stands for what only the moment says. */
export const openText = '\u{fffc}';
const outcomesAtMost = 64;

type Piece = { text: string } | { action: string };

/** Every branch of a template of Go, as far as `if`, `else` and fixed texts go. */
export function outcomesOf(text: string): Outcomes {
  const pieces = piecesOf(text);
  const reader = new Reader(pieces);
  const texts = reader.block();
  const unique = [...new Set(texts)];
  return { texts: unique.slice(0, outcomesAtMost), isWhole: reader.isWhole && unique.length <= outcomesAtMost };
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  for (;;) {
    const [whole, trimBefore, action = '', trimAfter] = /\{\{(-?)(.*?)(-?)\}\}/s.exec(rest) ?? [];
    const at = whole === undefined ? -1 : rest.indexOf(whole);
    if (whole === undefined || at < 0) break;
    const before = rest.slice(0, at);
    pieces.push({ text: trimBefore === '-' ? before.trimEnd() : before }, { action: action.trim() });
    rest = rest.slice(at + whole.length);
    if (trimAfter === '-') rest = rest.trimStart();
  }
  return [...pieces, { text: rest }];
}

class Reader {
  isWhole = true;
  private at = 0;
  private readonly pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
  }

  /** Up to the `else` or `end` that closes it. */
  block(): string[] {
    let texts = [''];
    while (this.at < this.pieces.length) {
      const piece = this.pieces[this.at] as Piece;
      if ('text' in piece) {
        texts = joined(texts, [piece.text]);
        this.at++;
        continue;
      }
      const word = /^\w+/.exec(piece.action)?.[0] ?? '';
      if (word === 'end' || word === 'else') return texts;
      this.at++;
      if (word === 'if' || word === 'with' || word === 'range') texts = joined(texts, this.branches(word));
      else if (word === 'define' || word === 'block') this.isWhole = false;
      else texts = joined(texts, [shown(piece.action)]);
      if (texts.length > outcomesAtMost) this.isWhole = false;
      texts = texts.slice(0, outcomesAtMost);
    }
    return texts;
  }

  private branches(word: string): string[] {
    if (word === 'range') this.isWhole = false;
    const texts = [...this.block()];
    let isClosed = false;
    for (;;) {
      const piece = this.pieces[this.at];
      if (piece === undefined || 'text' in piece) break;
      this.at++;
      if (piece.action.startsWith('end')) break;
      texts.push(...this.block());
      // `else if` may be false as well.
      isClosed = !/^else\s+(if|with)\b/.test(piece.action);
    }
    return isClosed ? texts : [...texts, ''];
  }
}

function joined(some: readonly string[], others: readonly string[]): string[] {
  return some.flatMap((one) => others.map((other) => one + other));
}

/** What an action shows: a fixed text, nothing, or what only the moment says. */
function shown(action: string): string {
  if (action.startsWith('/*') || /^\$\w+\s*(,\s*\$\w+\s*)?:?=/.test(action)) return '';
  const [, fixed] = /^"((?:\\.|[^"\\])*)"$|^`([^`]*)`$/.exec(action) ?? [];
  return fixed ?? openText;
}

/**
 * Comparisons that Go's templates refuse: `gt $value 90` holds a number with decimals against a whole one, so that the text becomes an error. It has to be
 * `90.0`.
 */
export function refusedComparisons(text: string): string[] {
  return [...text.matchAll(/\{\{-?(.*?)-?\}\}/gs)].flatMap(([, action = '']) =>
    [...action.matchAll(/\b(?:gt|ge|lt|le|eq|ne)\s+(?:\$value|\.Value)\s+[+-]?\d+(?![\w.])/g)].map(([one]) => one),
  );
}
