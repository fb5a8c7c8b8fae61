import { jwt } from '../detectors/jwt.ts';
import type { Field } from '../field.ts';
import type { Engine } from './engine.ts';
import { rewriteJson } from './json.ts';
import { isUrl, rewriteUrl } from './url.ts';

const deepest = 6;

/**
 * Values that hold others: JSON in a string, base64 of JSON, a signed token, an address. They are taken apart, so that what is in
 * them maps as it does elsewhere.
 * @returns undefined when the value holds no others
 */
export class Nested {
  #depth = 0;

  rewrite(text: string, field: Field, engine: Engine): string | undefined {
    const first = text.charCodeAt(0);
    // { [ e / h H w W
    if (first !== 123 && first !== 91 && first !== 101 && first !== 47 && (first | 32) !== 104 && (first | 32) !== 119)
      return undefined;
    if (this.#depth >= deepest) return undefined;
    this.#depth++;
    try {
      if (first === 123 || first === 91) return rewriteJson(text, field, engine);
      if (first === 101) return jwt.matches(text) ? rewriteJwt(text, engine) : rewriteBase64(text, field, engine);
      return isUrl(text) ? rewriteUrl(text, field, engine) : undefined;
    } finally {
      this.#depth--;
    }
  }
}

/** `eyJ` is how base64 of `{"` begins. */
function rewriteBase64(text: string, field: Field, engine: Engine): string | undefined {
  if (!text.startsWith('eyJ') || !/^[\w+/-]+={0,2}$/.test(text)) return undefined;
  const json = rewriteJson(Buffer.from(text, 'base64').toString('utf8'), field, engine);
  if (json === undefined) return undefined;
  const isUrlSafe = /[-_]/.test(text) || (text.length % 4 !== 0 && !text.includes('='));
  return Buffer.from(json).toString(isUrlSafe ? 'base64url' : 'base64');
}

const publicHeader = new Set(['alg', 'typ', 'cty', 'enc', 'zip']);

/** Header words stay, claims map by rules `jwt.<claim>`; the signature is replaced by one that cannot be verified. */
function rewriteJwt(text: string, engine: Engine): string | undefined {
  const [head = '', payload = '', signature = ''] = text.split('.');
  const tree = engine.fields('', 'jwt');
  const claims = rewriteJson(Buffer.from(payload, 'base64url').toString('utf8'), tree.root('jwt'), engine);
  if (claims === undefined) return undefined;
  const header = JSON.parse(Buffer.from(head, 'base64url').toString('utf8')) as Record<string, unknown>;
  const members = Object.entries(header).flatMap(([name, value]) => {
    if (typeof value !== 'string' || !/^\w{1,20}$/.test(name)) return [];
    const isPublic = publicHeader.has(name) && /^[\w+-]{1,20}$/.test(value);
    const written = isPublic ? value : (engine.value(tree.root('jwtheader').child(name), value) ?? '');
    if (isPublic) engine.structure(value);
    return [`${JSON.stringify(name)}:${JSON.stringify(written)}`];
  });
  const sealed = engine.bytes(tree.root('jwtsignature'), Buffer.from(signature, 'base64url')).toString('base64url');
  const parts = [Buffer.from(`{${members.join(',')}}`), Buffer.from(claims)].map((part) => part.toString('base64url'));
  return `${parts.join('.')}.${sealed}`;
}
