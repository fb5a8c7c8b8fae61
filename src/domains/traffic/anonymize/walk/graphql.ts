import type { Field } from '../field.ts';
import { isFieldName } from '../names.ts';
import type { Engine } from './engine.ts';

/** Lexical tokens of GraphQL (specification of October 2021, section 2.1); what fits none of them makes a text no document. */
const token =
  /(?<ignored>[\s,\ufeff]+)|(?<comment>#[^\n\r]*)|(?<name>[_A-Za-z]\w*)|(?<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))|(?<block>"""(?:\\"""|(?!""")[\s\S])*""")|(?<text>"(?:\\.|[^"\\\n\r])*")|(?<sign>\.{3}|[!$&():=@[\]{|}])/y;
const definition = /^\s*(?:(?:query|mutation|subscription)\b[^{}]*|fragment\s+\w+\s+on\s+\w+[^{}]*)\{/;
const closing: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
const longest = 200_000;

/** Whether a value at this place may be a GraphQL document: `query` of a body or of a query, by the usual names (GraphQL over HTTP). */
export function mayBeGraphql(text: string, field: Field): boolean {
  if (text.length > longest) return false;
  // Without a keyword it could be something else between braces.
  return definition.test(text) || (/^\s*\{/.test(text) && /graphql|gql/i.test(field.tree.route));
}

/**
 * A document with its structure kept and its literals replaced, so that it stays one that the schema allows. Comments are left out; names that read as
 * data and not as written by a programmer are replaced.
 * @param field literals are below it, by the names of their arguments: `json.query.email`
 * @returns undefined when the text is no document
 */
export function rewriteGraphql(text: string, field: Field, engine: Engine): string | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  let argument = '';
  let name = '';
  const out = tokens.map(({ kind, written }) => {
    switch (kind) {
      case 'comment':
        return '';
      case 'name': {
        name = written;
        if (isFieldName(written)) {
          engine.structure(written);
          return written;
        }
        return engine.value(field, written) ?? '_';
      }
      case 'number':
        return engine.value(placeOf(field, argument), written, true) ?? '0';
      case 'block': {
        const made = engine.value(placeOf(field, argument), written.slice(3, -3).replaceAll('\\"""', '"""')) ?? '';
        return `"""${made.replaceAll('"""', '\\"""')}"""`;
      }
      case 'text': {
        const made = engine.value(placeOf(field, argument), plainOf(written));
        return made === plainOf(written) ? written : JSON.stringify(made ?? '');
      }
      default:
        if (written === ':') argument = name;
        return written;
    }
  });
  return out.join('');
}

const placeOf = (field: Field, argument: string) => (argument === '' ? field : field.child(argument));

/** Escapes are those of JSON, and `\u{…}`. */
function plainOf(written: string): string {
  return written
    .slice(1, -1)
    .replace(/\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|(.))/g, (all, long, short, one) => {
      if (one !== undefined) return escapes[one as string] ?? one;
      const code = Number.parseInt(long ?? short, 16);
      return code > 0x10ffff ? all : String.fromCodePoint(code);
    });
}

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

interface Token {
  kind: string;
  written: string;
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const open: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const groups = token.exec(text)?.groups;
    if (groups === undefined) return undefined;
    const [kind = '', written = ''] = Object.entries(groups).find(([, found]) => found !== undefined) ?? [];
    if (written === '(' || written === '[' || written === '{') open.push(written);
    else if (kind === 'sign' && closing[written] !== undefined && open.pop() !== closing[written]) return undefined;
    tokens.push({ kind, written });
  }
  return open.length === 0 ? tokens : undefined;
}
