import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bundleText, readBundle } from '../../src/signing/bundle.ts';
import {
  envelopeText,
  inTotoType,
  preAuthenticationEncoding,
  readEnvelope,
  strictBase64,
} from '../../src/signing/dsse.ts';
import { isSignedWith, signEnvelope } from '../../src/signing/pem-key.ts';

/** The example of secure-systems-lab/dsse, protocol.md 1.0.2 and implementation/signing_spec.py. */
const vector = {
  payloadType: 'http://example.com/HelloWorld',
  payload: Buffer.from('hello world'),
  encoding: 'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  sig: 'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
  x: 46950820868899156662930047687818585632848591499744589407958293238635476079160n,
  y: 5640078356564379163099075877009565129882514886557779369047442380624545832820n,
  d: 97358161215184420915383655311931858321456579547487070936769975997791359926199n,
};
const base64url = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toString('base64url');
const jwk = { kty: 'EC', crv: 'P-256', x: base64url(vector.x), y: base64url(vector.y) };
const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
const keyOf = (key: typeof publicKey) => ({ key, kind: 'P-256' as const, hint: '' });

describe('the test vectors of secure-systems-lab/dsse', () => {
  const { payloadType, payload, encoding, sig } = vector;

  test('the encoding that is signed is theirs', () => {
    expect(preAuthenticationEncoding(payloadType, payload).toString()).toBe(encoding);
    // Lengths are of bytes.
    expect(preAuthenticationEncoding('ü', Buffer.from('é')).toString()).toBe('DSSEv1 2 ü 2 é');
    expect(preAuthenticationEncoding('', Buffer.alloc(0)).toString()).toBe('DSSEv1 0  0 ');
  });

  test('their envelope is read, and its signature is that of their key on what is encoded here', () => {
    const text = JSON.stringify({ payload: 'aGVsbG8gd29ybGQ=', payloadType, signatures: [{ sig }] }, null, 1);
    const envelope = readEnvelope(text);
    if (typeof envelope === 'string') throw new Error(envelope);
    expect(envelope).toMatchObject({ payloadType, payload });
    const raw = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
    expect(verify('sha256', preAuthenticationEncoding(payloadType, envelope.payload), raw, envelope.signature)).toBe(
      true,
    );
    // They write both numbers one after the other; certificates have them in DER, as cosign does.
    expect(isSignedWith(envelope, keyOf(publicKey))).toBe(false);
    expect(isSignedWith({ ...envelope, signature: der(envelope.signature) }, keyOf(publicKey))).toBe(true);
  });

  test('what is signed here with their key is verified with it', () => {
    const own = createPrivateKey({ key: { ...jwk, d: base64url(vector.d) }, format: 'jwk' });
    const envelope = signEnvelope(payloadType, payload, keyOf(own));
    expect(isSignedWith(envelope, keyOf(publicKey))).toBe(true);
    expect(isSignedWith({ ...envelope, payloadType: `${payloadType}x` }, keyOf(publicKey))).toBe(false);
    expect(isSignedWith({ ...envelope, payload: Buffer.from('hello worle') }, keyOf(publicKey))).toBe(false);
  });
});

function der(raw: Buffer): Buffer {
  const number = (bytes: Buffer) => {
    const padded = (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
    return Buffer.concat([Buffer.from([2, padded.length]), padded]);
  };
  const both = Buffer.concat([number(raw.subarray(0, 32)), number(raw.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, both.length]), both]);
}

const { privateKey } = generateKeyPairSync('ed25519');
const signed = signEnvelope(inTotoType, Buffer.from('{"a":"ÿûïÿ~~~???>>>"}'), {
  key: privateKey,
  kind: 'Ed25519',
  hint: '',
});
const text = envelopeText(signed);
const parts = JSON.parse(text) as {
  payload: string;
  payloadType: string;
  signatures: { keyid: string; sig: string }[];
};
const changed = (change: (copy: typeof parts) => unknown) => {
  const copy = structuredClone(parts);
  return JSON.stringify(change(copy) ?? copy);
};

test('an envelope that is written is read again, with spaces or without', () => {
  expect(readEnvelope(text)).toEqual(signed);
  expect(readEnvelope(JSON.stringify(parts, null, 2))).toEqual(signed);
  expect(parts.signatures[0]?.keyid).toBe('');
});

test.each([
  ['no signature', () => changed((copy) => ({ ...copy, signatures: [] })), 'it has no signature'],
  [
    'two signatures',
    () => changed(({ signatures, ...copy }) => ({ ...copy, signatures: [...signatures, ...signatures] })),
    'it has more than one signature',
  ],
  [
    'a key that is named',
    () => changed(({ signatures: [one], ...copy }) => ({ ...copy, signatures: [{ ...one, keyid: 'ann' }] })),
    'it names a key',
  ],
  ['a member too many', () => changed((copy) => ({ ...copy, certificate: '' })), 'no DSSE envelope'],
  ['a key twice', () => text.replace('"payload":', '"payload":"","payload":'), 'a key twice'],
  [
    'a key twice, the other written otherwise',
    () => text.replace('"payload":', '"payloa\\u0064":"","payload":'),
    'a key twice',
  ],
  ['a key twice in the signature', () => text.replace('"sig":', '"sig":"AAAA","sig":'), 'a key twice'],
  ['text after it', () => `${text}{}`, 'it is no JSON'],
  ['no JSON', () => 'hello', 'it is no JSON'],
  ['null', () => 'null', 'it is no DSSE envelope'],
  ['a list', () => '[]', 'it is no DSSE envelope'],
  ['nothing', () => '', 'it is no JSON'],
  ['too much', () => `${text}${' '.repeat(5_000_000)}`, 'it is too large'],
])('%s is no envelope', (_, make, why) => {
  expect(readEnvelope(make())).toEqual(expect.stringContaining(why));
});

test('base64 is read in one spelling only', () => {
  const bytes = Buffer.from([0xff, 0xef, 0xbe, 0xff]);
  expect(bytes.toString('base64')).toBe('/+++/w==');
  expect(strictBase64('/+++/w==')).toEqual(bytes);
  for (const other of [
    '/+++/w',
    '/+++/w=',
    '_---_w==',
    '/+++/x==',
    ' /+++/w==',
    '/+++/w==\n',
    '/+++/w===',
    '/++ +/w==',
    '/++,+/w==',
  ])
    expect(strictBase64(other)).toBeNull();
});

test('a bundle is read as it is written, and with nothing beside', () => {
  const bundle = bundleText(signed, 'the hint', Buffer.from('stamp'));
  expect(readBundle(bundle)).toEqual({ envelope: signed, hint: 'the hint', timeStamp: Buffer.from('stamp') });
  expect(readBundle(bundleText(signed, 'h', null))).toEqual({ envelope: signed, hint: 'h', timeStamp: null });
  const value = JSON.parse(bundle) as Record<string, object>;
  const broken = [
    { ...value, mediaType: 'application/vnd.dev.sigstore.bundle.v0.2+json' },
    { ...value, more: 1 },
    { ...value, verificationMaterial: { ...value.verificationMaterial, tlogEntries: [{}] } },
    { ...value, dsseEnvelope: { ...value.dsseEnvelope, signatures: [] } },
    { ...value, dsseEnvelope: undefined },
  ];
  for (const one of broken) expect(readBundle(JSON.stringify(one))).toEqual(expect.any(String));
  expect(readBundle(bundle.replace('"hint":', '"hint":"x","hint":'))).toEqual(expect.any(String));
});
