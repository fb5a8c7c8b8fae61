import { decodePercent } from '../../../../model/percent-encoding.ts';
import type { Field } from '../field.ts';
import type { Engine } from './engine.ts';
import { encodePercent } from './percent.ts';
import { splitOnce } from './url.ts';

/** `a=1; b=2` of a Cookie header. */
export function rewriteCookies(header: string, root: Field, engine: Engine): string {
  const out: string[] = [];
  for (const part of header.split(';')) {
    const pair = part.trim();
    if (pair === '') continue;
    const written = rewritePair(pair, root, engine);
    if (written !== null) out.push(written);
  }
  return out.join('; ');
}

const kept = new Set(['secure', 'httponly', 'partitioned', 'samesite', 'max-age', 'priority']);

/** Set-Cookie: name and value as in Cookie; attributes stay, except those that name a host, a path or a day. */
export function rewriteSetCookie(header: string, root: Field, engine: Engine): string | null {
  const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
  const written = rewritePair(pair, root, engine);
  if (written === null) return null;
  const out = [written];
  for (const attribute of attributes) {
    const [name, value] = splitOnce(attribute, '=');
    const known = name.toLowerCase();
    if (kept.has(known) && /^[\w-]{0,20}$/.test(value ?? '')) {
      engine.structure(attribute);
      out.push(attribute);
    } else if (known === 'path')
      out.push(value === '/' ? attribute : `${name}=${engine.value(root.child('Path'), value ?? '')}`);
    else if (known === 'expires') {
      engine.structure(name);
      out.push(`${name}=${engine.value(root.child('Expires'), value ?? '')}`);
    }
    // Without Domain a cookie belongs to the host that set it, which is what a replay against another host needs.
    else if (known !== 'domain') engine.note(root, 'cookie attribute', 'dropped');
  }
  return out.join('; ');
}

function rewritePair(pair: string, root: Field, engine: Engine): string | null {
  const [name, raw] = splitOnce(pair, '=');
  if (raw === undefined) return engine.value(root.child('*'), name);
  const field = root.child(name);
  let written = name;
  if (root.isDataName(name)) written = encodePercent(engine.dataName(field, name));
  else engine.name(field, name);
  const quoted = raw.length > 1 && raw.startsWith('"') && raw.endsWith('"');
  const inner = quoted ? raw.slice(1, -1) : raw;
  const value = decodePercent(inner);
  const replaced = value === '' ? value : engine.value(field, value);
  if (replaced === null) return null;
  const text =
    replaced === value
      ? inner
      : value === inner && /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(replaced)
        ? replaced
        : encodePercent(replaced);
  return `${written}=${quoted ? `"${text}"` : text}`;
}
