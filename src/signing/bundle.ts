import { z } from 'zod';
import { type Envelope, readEnvelope, strictBase64 } from './dsse.ts';
import { spacedJson } from './strict-json.ts';

/** What Sigstore's own tools call version 0.3 of their bundle. */
const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/**
 * The same envelope as a Sigstore bundle, for the tools that read no other form. There is no entry of a public log: what is certified need not be public.
 * @param hint of the public key
 * @param timeStamp an answer by RFC 3161 on the signature, DER; null: no server was asked
 */
export function bundleText(
  { payloadType, payload, signature }: Envelope,
  hint: string,
  timeStamp: Buffer | null,
): string {
  const stamps = timeStamp === null ? [] : [{ signedTimestamp: timeStamp.toString('base64') }];
  return `${JSON.stringify({
    mediaType,
    verificationMaterial: {
      publicKey: { hint },
      tlogEntries: [],
      ...(stamps.length === 0 ? {} : { timestampVerificationData: { rfc3161Timestamps: stamps } }),
    },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType,
      signatures: [{ sig: signature.toString('base64'), keyid: '' }],
    },
  })}\n`;
}

const bundleSchema = z.object({
  mediaType: z.literal(mediaType),
  verificationMaterial: z.object({
    publicKey: z.object({ hint: z.string().max(200) }),
    timestampVerificationData: z
      .object({ rfc3161Timestamps: z.array(z.object({ signedTimestamp: z.string().max(200_000) })).max(1) })
      .exactOptional(),
  }),
  dsseEnvelope: z.unknown(),
});

export interface Bundle {
  envelope: Envelope;
  hint: string;
  /** An answer by RFC 3161, DER; null: it has none. */
  timeStamp: Buffer | null;
}

/** Reads a bundle as `bundleText` writes it; what else may stand in one is not taken. @returns a few words on what is wrong with it, where it is none */
export function readBundle(text: string): Bundle | string {
  const read = bundleSchema.safeParse(spacedJson(text));
  if (!read.success) return `it is no Sigstore bundle of version 0.3 with a key and one envelope`;
  const envelope = readEnvelope(JSON.stringify(read.data.dsseEnvelope));
  if (typeof envelope === 'string') return `of the envelope in the bundle: ${envelope}`;
  const { publicKey, timestampVerificationData: stamps } = read.data.verificationMaterial;
  const stamp = stamps?.rfc3161Timestamps[0]?.signedTimestamp;
  const timeStamp = stamp === undefined ? null : strictBase64(stamp);
  if (stamp !== undefined && timeStamp === null) return 'its time stamp is not base64 as it is written';
  const bundle = { envelope, hint: publicKey.hint, timeStamp };
  return sameJson(text, bundleText(envelope, publicKey.hint, timeStamp))
    ? bundle
    : 'it has more in it than a key, an envelope and a time stamp';
}

function sameJson(some: string, other: string): boolean {
  return JSON.stringify(spacedJson(some)) === JSON.stringify(spacedJson(other));
}
