import { decodePercent } from '../../../../model/percent-encoding.ts';
import { jwt } from '../detectors/jwt.ts';
import type { Field } from '../field.ts';
import { isFieldName } from '../names.ts';
import type { Engine } from './engine.ts';
import { mayBeGraphql, rewriteGraphql } from './graphql.ts';
import { rewriteJson } from './json.ts';
import { encodePercent } from './percent.ts';
import { beginsReadably, isReadable } from './readable.ts';
import { isUrl, rewriteUrl } from './url.ts';

const deepest = 6;

/**
 * Values that hold others: JSON in a string, base64 of text, percent encoding, a signed token, an address. They are taken apart, so that what is in
 * them maps as it does elsewhere.
 * @returns undefined when the value holds no others
 */
export class Nested {
  #depth = 0;

  rewrite(text: string, field: Field, engine: Engine): string | undefined {
    const first = text.charCodeAt(0);
    if (field.step === 'query' && mayBeGraphql(text, field)) {
      const document = rewriteGraphql(text, field, engine);
      if (document !== undefined) return document;
    }
    // Which operation of the document is meant: its name stays there too.
    if (field.step === 'operationName' && operationName.test(text) && isFieldName(text)) {
      engine.structure(text);
      return text;
    }
    // { [ e / h H w W
    const isOther =
      first !== 123 && first !== 91 && first !== 101 && first !== 47 && (first | 32) !== 104 && (first | 32) !== 119;
    const isBase64 = text.length >= shortestBase64 && holdsBase64(text);
    const isEncoded = text.includes('%') && percentCode.test(text);
    if ((isOther && !isBase64 && !isEncoded) || this.#depth >= deepest) return undefined;
    this.#depth++;
    try {
      if (first === 123 || first === 91) return rewriteJson(text, field, engine);
      if (first === 101 && jwt.matches(text)) return rewriteJwt(text, engine);
      if (isBase64) return rewriteBase64(text, field, engine);
      if (isEncoded) return rewriteEncoded(text, field, engine);
      return isUrl(text) ? rewriteUrl(text, field, engine) : undefined;
    } finally {
      this.#depth--;
    }
  }
}

const operationName = /^[_A-Za-z]\w*$/;
const percentCode = /%[\da-f]{2}/i;

/** Encoded twice, as an address in a parameter of an address is. */
function rewriteEncoded(text: string, field: Field, engine: Engine): string | undefined {
  if (isUrl(text)) return rewriteUrl(text, field, engine);
  const plain = decodePercent(text);
  if (plain === text) return undefined;
  const replaced = engine.value(field, plain);
  return replaced === null ? undefined : replaced === plain ? text : encodePercent(replaced);
}

const shortestBase64 = 12;
const longestBase64 = 10_000_000;
const base64 = /^[\w+/-]+={0,2}$/;

/** Whether a value is base64 of text: of a length that base64 has, and readable from its beginning to its end. */
function holdsBase64(text: string): boolean {
  if (text.length > longestBase64 || !beginsReadably(text, 0) || !base64.test(text)) return false;
  const bare = text.replace(/=+$/, '');
  if (bare.length % 4 === 1) return false;
  const bytes = Buffer.from(bare, 'base64');
  return isReadable(bytes) && bytes.toString('base64url') === bare.replaceAll('+', '-').replaceAll('/', '_');
}

function rewriteBase64(text: string, field: Field, engine: Engine): string | undefined {
  const plain = Buffer.from(text, 'base64').toString('utf8');
  const replaced = engine.value(field, plain);
  if (replaced === null) return undefined;
  const isUrlSafe = /[-_]/.test(text) || (text.length % 4 !== 0 && !text.includes('='));
  return Buffer.from(replaced).toString(isUrlSafe ? 'base64url' : 'base64');
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
