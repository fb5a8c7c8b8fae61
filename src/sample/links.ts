import { ShakedownError } from '../model/error.ts';
import type { SampleLink } from '../model/sample-system.ts';

const callTimeoutMs = 5000;

/** Connections within the sample system that go through proxies of a Toxiproxy (https://github.com/Shopify/toxiproxy#http-api). */
export class Links {
  readonly list: SampleLink[] = [];
  #url: string;

  constructor(toxiproxyUrl: string) {
    this.#url = toxiproxyUrl;
  }

  /**
   * Makes a proxy in front of `upstream` (host:port), or gives the one that is there.
   * @param name `shop-1 to database`
   * @throws ShakedownError SAMPLE_LINK
   */
  async open(name: string, upstream: string): Promise<SampleLink> {
    const known = this.list.find((link) => link.name === name);
    if (known !== undefined) return known;
    const proxy = name.replaceAll(' ', '-');
    try {
      const response = await fetch(`${this.#url}/proxies`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: proxy, listen: '127.0.0.1:0', upstream, enabled: true }),
        signal: AbortSignal.timeout(callTimeoutMs),
        redirect: 'error',
      });
      const answer = (await response.json()) as { listen?: unknown; error?: unknown };
      if (!response.ok || typeof answer.listen !== 'string') throw new Error(String(answer.error ?? response.status));
      const link = { name, proxy, listen: answer.listen, upstream, toxiproxyUrl: this.#url };
      this.list.push(link);
      return link;
    } catch (cause) {
      const why = (cause as Error).message;
      throw new ShakedownError(
        'SAMPLE_LINK',
        `Toxiproxy at ${this.#url} made no proxy ${JSON.stringify(proxy)}: ${why}.`,
        { cause },
      );
    }
  }
}
