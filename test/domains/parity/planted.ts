import type { Item } from '../../../src/domains/parity/descriptor/format.ts';

type Items = Map<string, Item>;

const set = (key: string, more: Partial<Item>): [string, (items: Items) => void] => [
  key,
  (items) => {
    const item = items.get(key);
    if (item === undefined) throw new Error(`the capture has no ${key}`);
    items.set(key, { ...item, ...more });
  },
];
const gone = (key: string): [string, (items: Items) => void] => [
  key,
  (items) => {
    if (!items.delete(key)) throw new Error(`the capture has no ${key}`);
  },
];
const extra = (key: string, source: Item['source'], more: Partial<Item> = {}): [string, (items: Items) => void] => [
  key,
  (items) => {
    const item: Item = {
      ...{ value: 'planted', unit: 'text', state: 'explicit', ordered: false, secret: false, own: null, unknown: null },
      ...{ source, capturedAt: '2026-11-29T00:00:00Z' },
    };
    items.set(key, { ...item, ...more });
  },
];

/** One difference each, of every aspect and kind: which item must be named, and what is changed. */
export const planted: [string, (items: Items) => void][] = [
  set('instances/shop', { value: 2 }),
  extra('instances/worker', 'processes', { value: 1, unit: 'count' }),
  set('autoscaling/shop', { state: 'explicit', value: 'on' }),
  set('cpu/shop/limit', { state: 'explicit', value: '500m' }),
  set('memory/shop/limit', { state: 'explicit', value: '512Mi' }),
  set('memory/shop/nursery', { value: '16M' }),
  set('storage/database/class', { value: 'network disk' }),
  set('load-balancer/balancer/instances', { value: 4 }),
  set('cdn/shop', { state: 'explicit', value: 'CloudFront' }),
  set('network/database/listens on', { value: '0.0.0.0' }),
  set('tls/target/versions', { state: 'explicit', value: ['TLSv1.3'] }),
  set('http/target/versions', { value: ['h2', 'http/1.1'] }),
  gone('http/target/index/header/content-security-policy'),
  set('http/target/login/cookie/shop_session', { value: ['path=/', 'httponly'] }),
  set('dns/target/name', { state: 'explicit', value: 'shop.example.com' }),
  set('database/database/role', { value: 'replica' }),
  set('database/database/replicas', { value: 1 }),
  set('database/database/setting/work_mem', { value: 4_194_305, state: 'explicit' }),
  set('backup/database/setting/archive_mode', { value: 'on', state: 'explicit' }),
  set('version/database', { value: '18.3' }),
  set('configuration/shop/carrier/key', { value: `sha256:${'0'.repeat(64)}` }),
  set('flag/quick-delivery', { state: 'explicit', value: 'tomorrow' }),
  set('environment/shop/FLAG_FILE', { state: 'explicit', value: '/etc/flags.json' }),
  set('time-zone/shop', { value: 'Europe/Berlin', state: 'explicit' }),
  set('limit/shop/open files', { value: 100 }),
  gone('limit/database/setting/max_connections'),
];
