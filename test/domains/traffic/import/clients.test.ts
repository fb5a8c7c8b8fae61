import { describe, expect, test } from 'vitest';
import { clientAddress } from '../../../../src/domains/traffic/import/client-address.ts';
import type { Header } from '../../../../src/model/traffic.ts';
import { ndjson, useImport } from './recording.ts';

const input = useImport();

describe('whose address a request has', () => {
  const of = (headers: Header[], peer: string | undefined, hops: number | 'auto' = 'auto') => {
    const { address, sign } = clientAddress(peer, headers, hops);
    return `${address} ${sign}`;
  };

  test('headers of proxies, the most exact first', () => {
    const list: Header = ['x-forwarded-for', '203.0.113.9, 10.0.0.1'];
    expect(of([], '192.0.2.1')).toBe('192.0.2.1 connection');
    expect(of([list], '10.0.0.7')).toBe('203.0.113.9 x-forwarded-for');
    expect(of([['x-real-ip', '203.0.113.8']], undefined)).toBe('203.0.113.8 x-real-ip');
    expect(of([list, ['forwarded', 'for="[2001:DB8::17]:4711";proto=https, for=10.0.0.1']], '10.0.0.7')).toBe(
      '2001:db8::17 forwarded',
    );
    expect(of([['forwarded', 'proto=http;by=203.0.113.43;for=192.0.2.60']], '10.0.0.7')).toBe('192.0.2.60 forwarded');
    expect(of([list, ['cf-connecting-ip', '198.51.100.4']], '10.0.0.7')).toBe('198.51.100.4 cf-connecting-ip');
    expect(of([['x-forwarded-for', 'unknown, -, _hidden']], '192.0.2.1')).toBe('192.0.2.1 connection');
    expect(of([['x-forwarded-for', '203.0.113.9:51234']], '10.0.0.7')).toBe('203.0.113.9 x-forwarded-for');
  });

  test('an address inside somebody’s network is passed over for the public one behind it', () => {
    expect(of([['x-forwarded-for', '192.168.1.20, 203.0.113.9, 10.0.0.1']], '10.0.0.7')).toBe(
      '203.0.113.9 x-forwarded-for',
    );
    expect(of([['x-forwarded-for', '10.2.3.4, 10.0.0.1']], '10.0.0.7')).toBe('10.2.3.4 x-forwarded-for');
  });

  test('trusted hops count from the right, so that what a client claims stands outside', () => {
    const forged: Header = ['x-forwarded-for', '1.2.3.4, 203.0.113.9, 198.51.100.7'];
    expect(of([forged], '10.0.0.7', 0)).toBe('10.0.0.7 connection');
    expect(of([forged], '10.0.0.7', 1)).toBe('198.51.100.7 x-forwarded-for');
    expect(of([forged], '10.0.0.7', 2)).toBe('203.0.113.9 x-forwarded-for');
    expect(of([forged], '10.0.0.7', 9)).toBe('1.2.3.4 x-forwarded-for');
    expect(of([forged, ['cf-connecting-ip', '6.6.6.6']], '10.0.0.7', 1)).toBe('198.51.100.7 x-forwarded-for');
  });
});

describe('hashes of client and user', () => {
  const day = 24 * 3_600_000;
  const rows = [
    ...Array.from({ length: 12 }, (_, n) => ({ time: 1_700_000_000_000.5 + n * day, client: '203.0.113.9' })),
    { time: 1_700_000_000_000.5 + 13 * day, client: '203.0.113.10', user: 'ann' },
    { time: 1_700_000_000_000.5 + 15 * day, client: '203.0.113.11', user: 'ann' },
  ];

  test('one visitor of 12 days is 12 sessions and one client; one user of two addresses is one user', async () => {
    const { sessions } = await input.importText(ndjson(rows));
    expect(sessions).toHaveLength(14);
    expect(new Set(sessions.map(({ client }) => client)).size).toBe(3);
    expect(sessions[12]?.user).toMatch(/^[\w-]{16}$/);
    expect(sessions[13]?.user).toBe(sessions[12]?.user);
    expect(sessions[0]).not.toHaveProperty('user');
  });

  test('the key is of one import: the same address has another hash in the next', async () => {
    const first = (await input.importText(ndjson(rows))).sessions[0]?.client;
    expect(first).toMatch(/^[\w-]{16}$/);
    expect((await input.importText(ndjson(rows))).sessions[0]?.client).not.toBe(first);
  });
});
