/** Arrays and rows as PostgreSQL writes them: `{a,"b c",NULL}`, `(1,"x y",)`. */

/** Elements may be arrays. */
export type Elements = (string | null | Elements)[];

export class NotALiteral extends Error {}

/** @throws NotALiteral */
export function readArray(text: string, separator = ','): { bounds: string; elements: Elements } {
  const bounds = /^(?:\[-?\d+:-?\d+\])+=/.exec(text)?.[0] ?? '';
  let at = bounds.length;
  const value = (): string | null | Elements => {
    if (text[at] === '{') return list();
    if (text[at] === '"') return quoted();
    const from = at;
    let out = '';
    while (at < text.length && text[at] !== separator && text[at] !== '}') {
      if (text[at] === '\\') at++;
      out += text[at++] ?? '';
    }
    return /^null$/i.test(text.slice(from, at)) ? null : out;
  };
  const quoted = (): string => {
    let out = '';
    for (at++; text[at] !== '"'; at++) {
      if (at >= text.length) throw new NotALiteral();
      if (text[at] === '\\') at++;
      out += text[at] ?? '';
    }
    at++;
    return out;
  };
  const list = (): Elements => {
    const elements: Elements = [];
    at++;
    if (text[at] === '}') {
      at++;
      return elements;
    }
    for (;;) {
      elements.push(value());
      const sign = text[at++];
      if (sign === '}') return elements;
      if (sign !== separator) throw new NotALiteral();
    }
  };
  if (text[at] !== '{') throw new NotALiteral();
  const elements = list();
  if (at !== text.length) throw new NotALiteral();
  return { bounds, elements };
}

export function writeArray(elements: Elements, separator = ','): string {
  const written = elements.map((element) =>
    element === null
      ? 'NULL'
      : Array.isArray(element)
        ? writeArray(element, separator)
        : quotedElement(element, separator),
  );
  return `{${written.join(separator)}}`;
}

function quotedElement(text: string, separator: string): string {
  const isPlain = text !== '' && !/[\s{}"\\,]/.test(text) && !text.includes(separator) && !/^null$/i.test(text);
  return isPlain ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** @throws NotALiteral */
export function readRow(text: string): (string | null)[] {
  if (text[0] !== '(' || text.at(-1) !== ')') throw new NotALiteral();
  const fields: (string | null)[] = [];
  let at = 1;
  for (;;) {
    let out = '';
    let isNull = true;
    while (text[at] !== ',' && at < text.length - 1) {
      isNull = false;
      if (text[at] !== '"') {
        if (text[at] === '\\') at++;
        out += text[at++] ?? '';
        continue;
      }
      for (at++; ; at++) {
        if (at >= text.length - 1) throw new NotALiteral();
        if (text[at] === '"') {
          if (text[at + 1] !== '"') break;
          at++;
        } else if (text[at] === '\\') at++;
        out += text[at] ?? '';
      }
      at++;
    }
    fields.push(isNull ? null : out);
    if (at >= text.length - 1) return fields;
    at++;
  }
}

export function writeRow(fields: readonly (string | null)[]): string {
  const written = fields.map((field) => {
    if (field === null) return '';
    return field !== '' && !/[\s(),"\\]/.test(field) ? field : `"${field.replace(/["\\]/g, '$&$&')}"`;
  });
  return `(${written.join(',')})`;
}
