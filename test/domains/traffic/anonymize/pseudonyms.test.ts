import { describe, expect, it } from 'vitest';
import { card, isTestCard } from '../../../../src/domains/traffic/anonymize/detectors/card.ts';
import { email, isReservedDomain } from '../../../../src/domains/traffic/anonymize/detectors/email.ts';
import { iban } from '../../../../src/domains/traffic/anonymize/detectors/iban.ts';
import {
  aadhaar,
  bsn,
  cpf,
  cpfDigits,
  steuerId,
} from '../../../../src/domains/traffic/anonymize/detectors/national-id.ts';
import { isUnassignedPhone, phone } from '../../../../src/domains/traffic/anonymize/detectors/phone.ts';
import { mac } from '../../../../src/domains/traffic/anonymize/detectors/things.ts';
import { createKeyed } from '../../../../src/domains/traffic/anonymize/keyed.ts';
import { Dates } from '../../../../src/domains/traffic/anonymize/pseudonyms/date.ts';
import { Pseudonyms } from '../../../../src/domains/traffic/anonymize/pseudonyms/table.ts';

const startedAt = Date.UTC(2024, 2, 5, 10);
const make = (seed: number) => {
  const keyed = createKeyed(Buffer.alloc(32, seed));
  return new Pseudonyms(keyed, new Dates(keyed, startedAt), () => {});
};
const ours = make(1);
const other = make(2);
const of = (value: string) => ours.of(value).text;

describe('pseudonyms keep format and check digits', () => {
  it.each([
    [
      'uuid',
      'F47AC10B-58CC-4372-A567-0E02B2C3D479',
      /^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-A[0-9A-F]{3}-[0-9A-F]{12}$/,
    ],
    [
      'uuid',
      '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}$/,
    ],
    ['number', '48213', /^[1-9]\d{4}$/],
    ['number', '-48.50', /^-[1-9]\d\.\d\d$/],
    ['number', '12345678901234567890123', /^[1-9]\d{22}$/],
    ['number', '007', /^00[1-9]$/],
    ['text', 'deadbeef01234567', /^[0-9a-f]{16}$/],
    ['token', 'dGhpcyBpcyBhIHNlY3JldCB0b2tlbg==', /^[A-Za-z0-9]{29}[AQgw]==$/],
    ['token', 'aB3-xY9_kL0aB3-xY9_kL0zz', /^[\w-]{24}$/],
    ['email', 'mina.Ott+news@mail.berlin.de', /^[a-z]{4}\.[A-Z][a-z]{2}\+[a-z]{4}@host-[a-z2-7]{10}\.example$/],
    ['phone', '+49 (170) 123-4567', /^\+49 \(0\d\d\) \d{3}-\d{4}$/],
    ['phone', '0044 20 7946 0958', /^0044 0\d \d{4} \d{4}$/],
    ['phone', '(212) 736-5000', /^\([2-9]\d\d\) 555-\d{4}$/],
    ['card', '4539 5787 6362 1486', /^4000 00\d\d \d{4} \d{4}$/],
    ['card', '371449635398431', /^378282\d{9}$/],
    ['iban', 'GB82 WEST 1234 5698 7654 32', /^GB\d\d [A-Z]{4} \d{4} \d{4} \d{4} \d\d$/],
    ['ip', '203.0.113.77', /^\d{1,3}(\.\d{1,3}){3}$/],
    ['ip', '2001:db8::8a2e:370:7334', /^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}$/],
    ['ssn', '536-90-4399', /^000-\d\d-\d{4}$/],
    ['cpf', '529.982.247-25', /^\d{3}\.\d{3}\.\d{3}-\d\d$/],
    ['aadhaar', '2341 2341 2346', /^[2-9]\d{3} \d{4} \d{4}$/],
    ['steuerid', '86 095 742 719', /^[1-9]\d \d{3} \d{3} \d{3}$/],
    ['bsn', '1112.22.333', /^\d{4}\.\d\d\.\d{3}$/],
    ['nino', 'AB 12 34 56 C', /^QQ \d\d \d\d \d\d C$/],
    ['pan', 'ABCPE1234F', /^[A-Z]{5}\d{4}[A-Z]$/],
    ['mac', '00:1b:44:11:3a:b7', /^[\da-f][26ae](:[\da-f]{2}){5}$/],
    ['mac', '00-1B-44-11-3A-B7', /^[\dA-F][26AE](-[\dA-F]{2}){5}$/],
    ['coordinates', '52.520008, 13.404954', /^[1-8]?\d\.\d{6}, 1?\d{1,2}\.\d{6}$/],
    ['plate', 'B-MW 1234', /^[A-Z]-[A-Z]{2} [1-9]\d{3}$/],
    ['date', '17.03.84', /^\d\d\.\d\d\.\d\d$/],
    ['date', '17 March 1984', /^\d{1,2} [A-Z][a-z]+ 19\d\d$/],
    ['date', '17. März 1984', /^\d{1,2}\. [A-Z][a-zä]+ 19\d\d$/],
    ['date', 'March 17, 1984', /^[A-Z][a-z]+ \d{1,2}, 19\d\d$/],
    ['date', '2024-03-01', /^20\d\d-\d\d-\d\d$/],
    ['date', '2024-03-01T12:30:45.123+01:00', /^20\d\d-\d\d-\d\dT12:30:45\.123\+01:00$/],
    ['date', 'Fri, 01 Mar 2024 08:00:00 GMT', /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} 20\d\d 08:00:00 GMT$/],
    ['date', '01/Mar/2024:08:00:00 +0000', /^\d\d\/[A-Z][a-z]{2}\/20\d\d:08:00:00 \+0000$/],
    ['date', '31.12.2023', /^\d\d\.\d\d\.20\d\d$/],
    ['date', '1709632800000', /^1[67]\d{11}$/],
    ['secret', 'AKIAIOSFODNN7EXAMPLE', /^[A-Za-z0-9]{20}$/],
    ['text', 'Jürgen O’Neill-Ødegård', /^\p{Lu}\p{Ll}{5} \p{Lu}’\p{Lu}\p{Ll}{4}-\p{Lu}\p{Ll}{6}$/u],
    ['text', '田中さくら', /^[\u4e00-\u9fff]{2}[\u3041-\u3096]{3}$/],
    ['text', 'Report 2023 final.PDF', /^[A-Z][a-z]{5} [1-9]\d{3} [a-z]{5}\.[A-Z]{3}$/],
    ['text', 'SKU-12ab', /^[A-Z]{3}-\d\d[a-z]{2}$/],
  ])('%s %s', (kind, value, format) => {
    const made = ours.of(value);
    expect(made.kind).toBe(kind);
    expect(made.text).toMatch(format);
    expect(made.text).not.toBe(value);
    expect(ours.of(value)).toEqual(made);
    expect(make(1).of(value)).toEqual(made);
    expect(other.of(value).text).not.toBe(made.text);
  });

  it('makes cards, accounts, addresses and numbers that pass their checks and belong to no one', () => {
    for (let n = 0; n < 200; n++) {
      const base = `4539578763${String(62000 + n)}`;
      const number = Array.from({ length: 10 }, (_, digit) => base + digit).find((text) => card.matches(text)) ?? '';
      expect(card.matches(of(number)) && isTestCard(of(number))).toBe(true);
      expect(isReservedDomain(of(`person${n}@mail.de`)) && email.matches(of(`person${n}@mail.de`))).toBe(true);
      expect(isUnassignedPhone(of(`+1 212 736 ${5000 + n}`)) && phone.matches(of(`+1 212 736 ${5000 + n}`))).toBe(true);
    }
    for (const account of [
      'DE89370400440532013000',
      'FR1420041010050500013M02606',
      'MT84MALT011000012345MTLCAST001S',
    ]) {
      expect(iban.matches(of(account))).toBe(true);
    }
  });

  it('keeps numbers, words and hexadecimal ids apart', () => {
    for (const values of [
      Array.from({ length: 9000 }, (_, n) => String(1000 + n)),
      Array.from({ length: 2000 }, (_, n) => String(100_000_000 + n * 7)),
      Array.from({ length: 2000 }, (_, n) => (0xa0000000 + n * 977).toString(16)),
      Array.from(
        { length: 676 },
        (_, n) => String.fromCharCode(97 + (n % 26)) + String.fromCharCode(97 + Math.floor(n / 26)),
      ),
      Array.from({ length: 2000 }, (_, n) => `10.0.${n >> 8}.${n & 255}`),
    ]) {
      expect(new Set(values.map(of)).size).toBe(values.length);
    }
  });

  it('makes national numbers that pass their checks', () => {
    for (let n = 0; n < 60; n++) {
      const cpfBase = String(100_000_000 + n * 7919);
      const shown = cpfBase.replace(/(...)(...)(...)/, '$1.$2.$3-') + cpfDigits(cpfBase);
      expect(of(shown)).not.toBe(shown);
      expect(cpf.matches(of(shown))).toBe(true);
    }
    expect(aadhaar.matches(of('2341 2341 2346'))).toBe(true);
    expect(steuerId.matches(of('86 095 742 719'))).toBe(true);
    expect(bsn.matches(of('1112.22.333'))).toBe(true);
    expect(mac.matches(of('00:1b:44:11:3a:b7'))).toBe(true);
  });

  it('shifts by whole weeks, so that a Monday stays one', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      expect(new Date(make(seed).of('2024-03-04').text).getUTCDay()).toBe(1);
    }
  });

  it('keeps shared prefixes of addresses, and no more', () => {
    const bits = (address: string) =>
      address
        .split('.')
        .map((part) => Number(part).toString(2).padStart(8, '0'))
        .join('');
    const shared = (a: string, b: string) => {
      let n = 0;
      while (n < 32 && bits(a)[n] === bits(b)[n]) n++;
      return n;
    };
    for (const [a, b] of [
      ['10.1.2.3', '10.1.2.200'],
      ['10.1.2.3', '10.1.3.3'],
      ['10.1.2.3', '192.168.0.1'],
      ['8.8.8.8', '8.8.4.4'],
    ] as const) {
      expect(shared(of(a), of(b))).toBe(shared(a, b));
    }
    expect(of('::ffff:10.1.2.3')).toBe(`::ffff:${of('10.1.2.3')}`);
  });

  it('shifts all dates of the era by the same whole days, and an old one by its own', () => {
    const day = (text: string) => Date.parse(text.slice(0, 10)) / 86_400_000;
    const shift = day(of('2024-03-01')) - day('2024-03-01');
    for (const date of ['2024-02-29', '2023-12-31', '2024-01-15T23:59:59Z'])
      expect(day(of(date)) - day(date)).toBe(shift);
    expect(Number(of('1709632800')) - 1709632800).toBe(shift * 86_400);
    const birthdays = Array.from({ length: 20 }, (_, n) => `19${60 + n}-05-17`);
    expect(new Set(birthdays.map((date) => day(of(date)) - day(date))).size).toBeGreaterThan(15);
  });

  it('replaces what stands inside a text as it is replaced alone', () => {
    const text = 'Call Mina on +49 170 1234567 or mail mina.ott@mail.de (order 48213, card 4539578763621486)';
    for (const part of ['+49 170 1234567', 'mina.ott@mail.de', '48213', '4539578763621486'])
      expect(of(text)).toContain(of(part));
  });

  it('refuses a short key', () => {
    expect(() => createKeyed('secret')).toThrow(expect.objectContaining({ code: 'ANONYMIZE_KEY' }));
  });
});
