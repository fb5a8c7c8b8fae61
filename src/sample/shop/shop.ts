import type { SampleVersion } from '../../model/sample-system.ts';
import type { PageDefect, SampleDefects } from '../defects.ts';
import { seededRandom } from '../random.ts';
import { createAccounts } from './accounts.ts';
import { createBaskets, totalsOf } from './basket.ts';
import { createCatalogueCache } from './catalogue.ts';
import type { Database } from './database.ts';
import { createOrders } from './orders.ts';
import { createPreferences } from './preferences.ts';
import type { Redis } from './redis.ts';
import { createSigner } from './session.ts';

export interface ShopConfig {
  version: SampleVersion;
  defects: SampleDefects;
  secret: string;
  openSignIn: boolean;
  seed: number;
}

export interface ShopHooks {
  /** An order was stored for the first time. */
  onOrder(id: string): void;
}

export type Shop = ReturnType<typeof createShop>;

/** What the pages and the API are made of. */
/** @param redis null: sessions are in their cookies alone, and no order is queued */
export function createShop(config: ShopConfig, database: Database, hooks: ShopHooks, redis: Redis | null) {
  const dice = seededRandom(config.seed + 7919);
  const { refuseRate = 0, loseWriteRate = 0, duplicateRate = 0, corruptRate = 0, staleRate = 0 } = config.defects;
  const happens = (rate: number) => () => rate > 0 && dice() < rate;
  return {
    version: config.version,
    /** Planted in the pages. */
    defects: new Set<PageDefect>(config.defects.pages ?? []),
    /** Planted: everything that a look at its security should find. */
    insecure: config.defects.insecure === true,
    database,
    redis,
    /** Planted: answers that the shop's OpenAPI document does not have. */
    undocumented: config.defects.undocumented === true,
    catalogue: createCatalogueCache(database, config.version),
    baskets: createBaskets(database),
    totalCents: totalsOf(config.defects),
    orders: createOrders(database, {
      ...hooks,
      refuses: happens(refuseRate),
      loses: happens(loseWriteRate),
      duplicates: happens(duplicateRate),
      corrupts: happens(corruptRate),
    }),
    preferences: createPreferences(database, { loses: happens(loseWriteRate), isStale: happens(staleRate) }),
    accounts: createAccounts(database, config.openSignIn),
    signer: createSigner(config.secret, config.defects.insecure === true ? 'Path=/' : 'Path=/; HttpOnly; SameSite=Lax'),
  };
}
