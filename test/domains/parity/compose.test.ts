import { describe, expect, it } from 'vitest';
import { secretKey } from '../../../src/domains/parity/descriptor/secrets.ts';
import { gatherCompose } from '../../../src/domains/parity/sources/compose/compose.ts';

const about = { what: 'compose.yaml', capturedAt: '2026-11-29T00:00:00Z', key: secretKey('a key of a test only') };
const of = (services: object, more: object = {}) => gatherCompose({ services, ...more }, about);

describe('a Compose file', () => {
  it('is put where it belongs', () => {
    const { items } = of({
      shop: {
        image: 'shop:1.4',
        environment: ['LOG_LEVEL=info', 'DB_PASSWORD=hunter22', 'FROM_SHELL'],
        deploy: { replicas: 3, resources: { limits: { cpus: '0.5', memory: '512M' } } },
        ports: ['443:8443'],
        ulimits: { nofile: 1024 },
      },
    });
    const value = (key: string) => items.get(key)?.value;
    expect([
      value('instances/shop'),
      value('version/shop'),
      value('cpu/shop/limit'),
      value('memory/shop/limit'),
    ]).toEqual([3, '1.4', '0.5', '512Mi']);
    expect([value('environment/shop/LOG_LEVEL'), value('environment/shop/DB_PASSWORD')]).toEqual([
      'info',
      about.key.hash('hunter22'),
    ]);
    expect(items.get('environment/shop/FROM_SHELL')?.own).toMatch(/where it is started/);
    expect([value('network/shop/ports'), value('limit/shop/ulimits/nofile')]).toEqual([['443:8443'], 1024]);
  });

  it('has sizes as Docker means them, and as many of a service as there are nodes', () => {
    const { items } = of({
      a: { mem_limit: '512m', memswap_limit: -1, shm_size: '64mb' },
      b: { mem_limit: '1.5GiB', mem_reservation: 1024, deploy: { mode: 'global' } },
      c: { mem_limit: '$' + '{MEMORY:-256m}', memswap_limit: '100b' },
    });
    const sizes = [...items].filter(([key]) => key.startsWith('memory/')).map(([key, one]) => [key, one.value]);
    expect(Object.fromEntries(sizes)).toMatchObject({
      ...{ 'memory/a/limit': '512Mi', 'memory/a/memswap_limit': -1, 'memory/a/shm_size': '64Mi' },
      ...{ 'memory/b/limit': '1.5Gi', 'memory/b/request': '1024' },
      ...{ 'memory/c/limit': '256Mi', 'memory/c/memswap_limit': '100' },
    });
    expect(items.get('instances/b')).toMatchObject({ value: null, unknown: 'there is one on each node' });
  });

  it('says what holds by default, and what depends on where it is started', () => {
    const gatherer = of({
      shop: {
        image: 'shop:$' + '{TAG}',
        command: ['run', '$' + '{MODE:-fast}', '$$HOME'],
        environment: { LEVEL: '$' + '{LEVEL:-info}' },
      },
    });
    expect(gatherer.items.get('version/shop')?.unknown).toBe('it depends on $TAG');
    expect(gatherer.items.get('environment/shop/LEVEL')).toMatchObject({ value: 'info', state: 'default' });
    expect(gatherer.items.get('configuration/shop/command')).toMatchObject({
      value: ['run', 'fast', '$HOME'],
      state: 'default',
    });
    expect(gatherer.items.get('instances/shop')).toMatchObject({ value: 1, state: 'default' });
    expect(gatherer.source().gaps[0]?.reason).toMatch(/depends on \$TAG/);
  });

  it('follows no other file, and says so', () => {
    const source = of(
      { shop: { extends: { file: '/etc/passwd', service: 'x' } } },
      { include: ['https://example.com/compose.yaml'] },
    ).source();
    expect(source.covers).toEqual([]);
    expect(source.gaps[0]?.reason).toMatch(/include, extends of shop is not followed/);
  });

  it.each([[{}], [[]], [{ services: [] }], [{ services: {} }], [null]])(
    'is refused where it is none: %j',
    (document) => {
      expect(() => gatherCompose(document, about)).toThrow(/no Compose file|names no service/);
    },
  );
});
