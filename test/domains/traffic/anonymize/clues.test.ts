import { describe, expect, it } from 'vitest';
import { card } from '../../../../src/domains/traffic/anonymize/detectors/card.ts';
import { email } from '../../../../src/domains/traffic/anonymize/detectors/email.ts';
import { iban } from '../../../../src/domains/traffic/anonymize/detectors/iban.ts';
import { ip } from '../../../../src/domains/traffic/anonymize/detectors/ip.ts';
import { jwt } from '../../../../src/domains/traffic/anonymize/detectors/jwt.ts';
import {
  aadhaar,
  bsn,
  cpf,
  nino,
  pan,
  socialSecurityNumber,
  steuerId,
} from '../../../../src/domains/traffic/anonymize/detectors/national-id.ts';
import { phone } from '../../../../src/domains/traffic/anonymize/detectors/phone.ts';
import { secret } from '../../../../src/domains/traffic/anonymize/detectors/secret.ts';
import { findAll } from '../../../../src/domains/traffic/anonymize/detectors/table.ts';
import { coordinates, mac, plate } from '../../../../src/domains/traffic/anonymize/detectors/things.ts';
import { Random } from '../../../../src/domains/traffic/plan/random.ts';

const everyDetector = [
  ...[jwt, secret, email, iban, card, socialSecurityNumber, cpf, aadhaar, steuerId, bsn, nino, pan],
  ...[mac, ip, coordinates, phone, plate],
];
const every = -1;

const long = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0';
const samples = [
  ...['mina.ott+news@mail.de', 'jürgen@müller.de', 'a@b.co'],
  ...['DE89 3704 0044 0532 0130 00', 'GB82WEST12345698765432', 'NO9386011117947', 'MT84MALT011000012345MTLCAST001S'],
  ...['4539578763621486', '4539 5787 6362 1486', '3782-822463-10005', '6011000990139424'],
  ...[
    '536-90-4399',
    '84.115.20.7',
    'http://84.115.20.7/x',
    '2001:db8:85a3::8a2e:370:7334',
    'fe80::1',
    '::ffff:84.115.20.7',
  ],
  ...['+49 170 1234567', '0049 (170) 12-34-56-7', '(212) 664-7665', '212.664.7665', '212 664 7665', '+1-212-664-7665'],
  ...['529.982.247-25', '2341 2341 2346', '86 095 742 719', '1112.22.333', 'AB 12 34 56 C', 'JG121316A', 'ABCPE1234F'],
  ...[
    '00:1b:44:11:3a:b7',
    '00-1B-44-11-3A-B7',
    '52.52000, 13.40500',
    '-33.868800,151.209300',
    'B-MW 1234',
    'MÜ-AB 12E',
  ],
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl',
  ...[
    'AKIAIOSFODNN7EXAMPLE',
    'ASIAIOSFODNN7EXAMPLE',
    `ghp_${long}`,
    `ghr_${long}`,
    `github_pat_${long}`,
    `glpat-${long}`,
  ],
  ...[
    'xoxb-1234567890-abc',
    'xoxs-1234567890',
    `sk_live_${long}`,
    `rk_test_${long}`,
    `pk_live_${long}`,
    `whsec_${long}`,
  ],
  ...[
    `AIza${long.slice(0, 35)}`,
    `npm_${long.slice(0, 36)}`,
    `SG.${long.slice(0, 22)}.${long}`,
    '-----BEGIN RSA PRIVATE KEY-----',
  ],
];
const between = ['', ' ', ', ', '=', '&', '/', '-', '.', ':', '_', '"', '\n', '+', 'x', '7', '00'];
const units = [...'+-.:@_ /%&;=0123456789AIKJySGxeoB#"ü'];

/** Samples put together, and up to three characters of the whole changed. */
function* texts(count: number): Generator<string> {
  const random = new Random('clues');
  const below = (limit: number) => random.uint32() % limit;
  const one = (list: readonly string[]) => list[below(list.length)] ?? '';
  yield* samples;
  for (let n = 0; n < count; n++) {
    let text = '';
    for (let parts = 1 + below(3); parts > 0; parts--) text += one(between) + one(samples) + one(between);
    for (let changes = below(4); changes > 0; changes--) {
      const at = below(text.length);
      text = text.slice(0, at) + one(['', ...units]) + text.slice(at + below(2));
    }
    yield text;
  }
}

describe('clues', () => {
  it('are there wherever a detector finds anything', () => {
    const seen = new Set<string>();
    for (const text of texts(8000)) {
      const found = everyDetector.flatMap((detector) =>
        [...detector.find(text, every)].map(([from, to]) => [from, to, detector.kind]),
      );
      for (const [, , kind] of found) seen.add(String(kind));
      // Asked for only where it fails: it costs more than the finding.
      if (JSON.stringify([...findAll(text)]) !== JSON.stringify(found)) expect([...findAll(text)], text).toEqual(found);
    }
    expect([...seen].sort()).toEqual(everyDetector.map(({ kind }) => kind).sort());
  });
});
