import type { ImportedRecord } from './record.ts';

export interface HostCount {
  /** `https://shop.example.com` */
  origin: string;
  requests: number;
  imported: boolean;
}

function hostOf(origin: string): string {
  return origin.replace(/^[a-z]+:\/\//, '').replace(/:\d+$/, '');
}

/** The part of a host name that one owner has: two labels, or three below such as `co.uk` and `com.au`. An address is one of its own. */
function siteOf(host: string): string {
  if (/^[\d.]+$|^\[/.test(host)) return host;
  const labels = host.split('.');
  const top = labels.at(-1) ?? '';
  const second = labels.at(-2) ?? '';
  const shared = top.length === 2 && /^(?:co|com|net|org|gov|edu|ac|gob|ne|or|go)$/.test(second);
  return labels.slice(shared ? -3 : -2).join('.');
}

function isPage(record: ImportedRecord): boolean {
  const type = record.response?.headers?.find(([name]) => name === 'content-type')?.[1] ?? record.response?.body?.mime;
  return type !== undefined && /^text\/html\b/i.test(type);
}

/**
 * Decides whose requests are imported. A browser's recording also has those to advertisers, analytics and fonts, which must not be sent to
 * anybody: where no host is named, the site of the first page stays, and what lies beside it is left out.
 */
export class HostChoice {
  readonly #wanted: RegExp[];
  readonly #isBrowser: boolean;
  #site: string | undefined;

  constructor(hosts: readonly string[], isBrowser: boolean) {
    this.#wanted = hosts.map(
      (host) =>
        new RegExp(
          `^${host
            .toLowerCase()
            .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
            .replaceAll('*', '.*')}$`,
        ),
    );
    this.#isBrowser = isBrowser;
  }

  /** Requests without a host are always of the one that was recorded. */
  keeps(origin: string, record: ImportedRecord): boolean {
    if (origin === '') return true;
    const host = hostOf(origin);
    if (this.#wanted.length > 0) return this.#wanted.some((wanted) => wanted.test(host));
    if (!this.#isBrowser) return true;
    this.#site ??= siteOf(host);
    if (!this.#seenPage && isPage(record)) {
      this.#seenPage = true;
      this.#site = siteOf(host);
    }
    return siteOf(host) === this.#site;
  }

  #seenPage = false;
}
