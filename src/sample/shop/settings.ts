import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What can be set without another build. */
export interface ShopSettings {
  announcement: string;
  delivery: { days: number; freeFromCents: number };
  carrier: { url: string; key: string };
}

const usual: ShopSettings = {
  announcement: 'Free delivery from 50 euros',
  delivery: { days: 3, freeFromCents: 5000 },
  carrier: { url: 'https://carrier.example/v1', key: 'unset-carrier-key' },
};

/**
 * @param file JSON; undefined: what is usual
 * @param edited planted: a value of it was changed by hand
 */
export function readSettings(file: string | undefined, edited = false): ShopSettings {
  const settings = file === undefined ? usual : (JSON.parse(readFileSync(file, 'utf8')) as ShopSettings);
  return edited ? { ...settings, delivery: { ...settings.delivery, days: settings.delivery.days + 2 } } : settings;
}

/** As they may be shown: a secret by its digest. */
export function shownSettings({ carrier, ...rest }: ShopSettings): object {
  const key = `sha256:${createHash('sha256').update(carrier.key).digest('hex')}`;
  return { ...rest, carrier: { ...carrier, key } };
}
