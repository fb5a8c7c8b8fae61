/** An answer of the target, as the checks look at it. */
export interface Answer {
  /** Path and query that were asked for. */
  readonly path: string;
  readonly method: string;
  /** 0: no answer; `problem` says why. */
  readonly status: number;
  /** Names in lower case; every value of a name that came more than once. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The first 256 KB as text. */
  readonly body: string;
  readonly problem: string | null;
}

/** All values of a header, joined as HTTP joins them; empty: it was not sent. */
export function header(answer: Answer, name: string): string {
  return (answer.headers.get(name) ?? []).join(', ');
}

export function isHtml(answer: Answer): boolean {
  return /^text\/html\b|^application\/xhtml\+xml\b/i.test(header(answer, 'content-type').trim());
}

/** Values of `<meta http-equiv=…>` in the head of a page, by name in lower case: browsers heed a policy that stands there. */
export function metaEquivalents(answer: Answer): Map<string, string[]> {
  const found = new Map<string, string[]>();
  if (!isHtml(answer)) return found;
  const head = /^[\s\S]*?(?=<\/head\b|<body\b|$)/i.exec(answer.body)?.[0] ?? '';
  for (const [tag] of head.replace(/<!--[\s\S]*?(?:-->|$)/g, '').matchAll(/<meta\b[^>]{0,8192}>/gi)) {
    const attribute = (name: string) => {
      const [, double, single, bare] =
        new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag) ?? [];
      return double ?? single ?? bare ?? '';
    };
    const name = (attribute('http-equiv') || attribute('name')).toLowerCase().trim();
    const kept = attribute('http-equiv') !== '' || name === 'referrer';
    if (kept && name !== '') found.set(name, [...(found.get(name) ?? []), decoded(attribute('content'))]);
  }
  return found;
}

function decoded(text: string): string {
  return text
    .replace(/&#39;|&apos;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
}
