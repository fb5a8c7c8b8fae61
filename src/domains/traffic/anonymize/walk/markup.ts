import { pageElements } from '../../body-features.ts';
import type { Field } from '../field.ts';
import type { Engine } from './engine.ts';
import { isUrl, rewriteUrl } from './url.ts';

const tag = /<(input|meta|a|form)(?=[\s/>])([^<>]{0,4000})>/gi;
const attribute = /([a-z-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]{0,4000})"|'([^']{0,4000})'|([^\s"'>]{1,4000}))/gi;

/** Words that every reduced page has. */
const scaffold = 'doctype html input hidden content action method';

/**
 * A page is reduced to what later requests take from it (hidden fields, meta values, links and form targets, each with its
 * value replaced), and to the elements by which answers are held against it, empty and each once. Text, scripts and all else is
 * dropped; responses are not sent by a replay, so nothing else needs them.
 */
export function rewriteMarkup(html: string, root: Field, engine: Engine): string {
  const out: string[] = [];
  for (const match of html.matchAll(tag)) {
    const attributes = new Map<string, string>();
    for (const found of (match[2] ?? '').matchAll(attribute)) {
      attributes.set((found[1] ?? '').toLowerCase(), unescapeMarkup(found[2] ?? found[3] ?? found[4] ?? ''));
    }
    const line = rewriteTag((match[1] ?? '').toLowerCase(), attributes, root, engine);
    if (line !== undefined) out.push(line);
  }
  engine.structure(scaffold);
  for (const name of pageElements(html)) {
    engine.structure(name);
    if (name === 'password') out.push('<input type="password">');
    else if (name === 'img') out.push('<img>');
    else if (name !== 'form' || !out.some((line) => line.startsWith('<form'))) out.push(`<${name}></${name}>`);
  }
  engine.note(root, 'page', 'reduced to fields and links');
  return `<!doctype html>\n<html><body>\n${out.join('\n')}\n</body></html>\n`;
}

function rewriteTag(name: string, attributes: Map<string, string>, root: Field, engine: Engine): string | undefined {
  if (name === 'a' || name === 'form') {
    const key = name === 'a' ? 'href' : 'action';
    const url = attributes.get(key);
    if (url === undefined || !isUrl(url)) return undefined;
    const method = /^(?:get|post)$/i.exec(attributes.get('method') ?? '')?.[0];
    const written = escapeMarkup(rewriteUrl(url, root.child(key), engine));
    return name === 'a'
      ? `<a href="${written}"></a>`
      : `<form action="${written}"${method ? ` method="${method}"` : ''}></form>`;
  }
  const field = attributes.get('name') ?? attributes.get('property');
  const key = name === 'input' ? 'value' : 'content';
  const value = attributes.get(key);
  if (field === undefined || value === undefined || value === '') return undefined;
  if (name === 'input' && (attributes.get('type') ?? '').toLowerCase() !== 'hidden') return undefined;
  if (name === 'meta' && !/csrf|xsrf|token|nonce/i.test(field)) return undefined;
  const place = root.child(field);
  const isData = root.isDataName(field);
  const shown = isData ? engine.dataName(place, field) : field;
  if (!isData) engine.name(place, field);
  const replaced = engine.value(place, value);
  if (replaced === null) return undefined;
  const type = name === 'input' ? ' type="hidden"' : '';
  return `<${name}${type} name="${escapeMarkup(shown)}" ${key}="${escapeMarkup(replaced)}">`;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export function unescapeMarkup(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi, (all, decimal, hex, name) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
    if (code === undefined) return entities[String(name).toLowerCase()] ?? all;
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (unit) => `&#${unit.charCodeAt(0)};`);
}
