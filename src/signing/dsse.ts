import { z } from 'zod';
import { spacedJson } from './strict-json.ts';

/** in-toto's media type of what is signed. */
export const inTotoType = 'application/vnd.in-toto+json';

/** A certificate has a few thousand characters. */
const mostCharacters = 4_000_000;

/** What stands in an envelope, decoded. */
export interface Envelope {
  payloadType: string;
  payload: Buffer;
  signature: Buffer;
}

/** Members that the protocol does not know could be read by others as part of it. */
const envelopeSchema = z.strictObject({
  payload: z.string(),
  payloadType: z.string().min(1).max(200),
  // One: of several it would have to be said whose counts, and of none nothing is shown.
  signatures: z.array(z.strictObject({ keyid: z.literal('').exactOptional(), sig: z.string().min(1) })).length(1),
});

/** The bytes that are signed: the type is signed with the payload (DSSE 1.0.2, Pre-Authentication Encoding). */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

/** The text of an envelope, on one line. `keyid` is empty: it is not signed, so nothing may rest on it. */
export function envelopeText({ payloadType, payload, signature }: Envelope): string {
  return `${JSON.stringify({
    payload: payload.toString('base64'),
    payloadType,
    signatures: [{ keyid: '', sig: signature.toString('base64') }],
  })}\n`;
}

/**
 * Reads an envelope of one signature, strictly: base64 that could be written otherwise, a key twice, and a member that is not known make it none.
 * Of the two alphabets of base64 only the standard one is taken, for which both are allowed a character can be changed without changing a byte.
 * @returns a few words on what is wrong with it, where it is none
 */
export function readEnvelope(text: string): Envelope | string {
  if (text.length > mostCharacters) return 'it is too large for a certificate';
  const value = spacedJson(text);
  if (value === undefined) return 'it is no JSON, or not written in one way only: a key twice, or another spelling';
  const read = envelopeSchema.safeParse(value);
  if (!read.success) return wrongEnvelope(value);
  const { payload, payloadType, signatures } = read.data;
  const decoded = strictBase64(payload);
  const signature = strictBase64(signatures[0]?.sig ?? '');
  if (decoded === null) return 'its payload is not base64 as it is written';
  if (signature === null) return 'its signature is not base64 as it is written';
  return { payloadType, payload: decoded, signature };
}

function wrongEnvelope(value: unknown): string {
  const { signatures } = (value ?? {}) as { signatures?: unknown };
  if (!Array.isArray(signatures)) return 'it is no DSSE envelope';
  if (signatures.length !== 1) return `it has ${signatures.length === 0 ? 'no signature' : 'more than one signature'}`;
  const { keyid } = (signatures[0] ?? {}) as { keyid?: unknown };
  if (typeof keyid === 'string' && keyid !== '') return 'it names a key, which is not signed and shows nothing';
  return 'it is no DSSE envelope of one signature';
}

/** Node decodes what is no base64 as far as it can, and many texts to the same bytes. @returns null where it is not written as those bytes are */
export function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
