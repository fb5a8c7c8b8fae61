// Fields of forms, for a stock k6; by the same rules as load/k6/replay/extract.go.

export function inputTags(body) {
  return body.match(/<input\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi) || [];
}

/** The value of an attribute, the first one of that name as in browsers; undefined where there is none. */
export function attribute(tag, name) {
  const pattern = /([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?/g;
  // Goes through all attributes, so that `data-name` or the text of another attribute is no `name`.
  const text = tag.slice('<input'.length);
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    if (found[1].toLowerCase() === name) return decoded((found[2] || '').replace(/^(["'])([\s\S]*)\1$/, '$2'));
  }
  return undefined;
}

const named = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' };

function decoded(text) {
  return text.replace(/&(?:(quot|apos|lt|gt|amp)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));/g, (one, name, decimal, hex) => {
    if (name !== undefined) return named[name];
    const code = decimal === undefined ? parseInt(hex, 16) : parseInt(decimal, 10);
    return code > 0x10ffff ? one : String.fromCodePoint(code);
  });
}
