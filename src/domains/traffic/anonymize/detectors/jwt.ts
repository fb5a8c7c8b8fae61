import { clue } from './clues.ts';
import { type Detector, spansOf } from './detector.ts';

const pattern = /(?<![\w-])eyJ[\w-]{2,}\.[\w-]{2,}\.[\w-]*(?![\w-])/g;

function isJwt(text: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(text.slice(0, text.indexOf('.')), 'base64url').toString('utf8'));
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    return false;
  }
}

/** JSON Web Signature in compact form (RFC 7515, section 7.1). */
export const jwt: Detector = {
  kind: 'jwt',
  needs: { length: 10, digits: 0, anyOf: '.' },
  clues: clue.jwt,
  find: (text) => spansOf(pattern, text, isJwt),
  matches: (value) => value.startsWith('eyJ') && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(value) && isJwt(value),
};
