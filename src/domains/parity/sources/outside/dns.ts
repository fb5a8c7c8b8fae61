import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Gatherer } from '../../descriptor/gatherer.ts';

const resolver = () => new Resolver({ timeout: 2000, tries: 2 });
/** There is no such record, as an answer. */
const noRecord = new Set(['ENODATA', 'ENOTFOUND']);

/** Records of one name that was given; no other name is asked for. */
export async function gatherDns(gatherer: Gatherer, name: string, url: URL): Promise<void> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 || host === 'localhost') {
    gatherer.absent('dns', [name, 'name']);
    return;
  }
  const own = 'an address is of one environment';
  for (const type of ['A', 'AAAA', 'CNAME', 'CAA'] as const) {
    try {
      const found = (await resolver().resolve(host, type)) as unknown[];
      const texts = found.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
      if (type === 'CAA') gatherer.add('dns', [name, type], texts);
      else {
        gatherer.add('dns', [name, type, 'records'], texts.length, { unit: 'count' });
        gatherer.add('dns', [name, type, 'values'], texts, { own });
      }
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!noRecord.has(code)) {
        gatherer.cannotSee('dns', `${type} of ${host}: ${code || (error as Error).message}`);
        return;
      }
      gatherer.absent('dns', type === 'CAA' ? [name, type] : [name, type, 'records']);
    }
  }
}
