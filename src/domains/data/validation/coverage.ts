import { count, plural } from '../../../report-kit/format.ts';
import type { Coverage } from '../../part.ts';
import type { EvidenceOf } from './evidence.ts';

/** How much of the data, and of what the recording asks for, was looked at. */
export function coverageOf(scan: EvidenceOf<'scan'> | undefined, ids: EvidenceOf<'ids'> | undefined): Coverage[] {
  return [...(scan === undefined ? [] : [ofRows(scan)]), ...(ids === undefined ? [] : [ofRoutes(ids)])];
}

function ofRows({ tables, notRead }: EvidenceOf<'scan'>): Coverage {
  return {
    of: 'rows',
    covered: tables.reduce((sum, each) => sum + Math.min(each.looked, each.rows), 0),
    total: tables.reduce((sum, each) => sum + each.rows, 0),
    gaps: [
      ...tables.flatMap(({ name, rows, looked }) =>
        looked < rows ? [`${name}: ${count(looked)} of ${count(rows)} rows, by sample.`] : [],
      ),
      ...notRead.map((each) => `Not read, so its rows are not counted: ${each}.`),
    ],
  };
}

/** A route that no request is of was not tried, whatever is said of its rows. */
function ofRoutes({ routes, unnamed, moreUnnamed }: EvidenceOf<'ids'>): Coverage {
  return {
    of: 'routes that name a row',
    covered: routes.filter(({ requests }) => requests > 0).length,
    total: routes.length + unnamed.length + moreUnnamed,
    gaps: [
      ...routes.flatMap(({ route, requests }) =>
        requests === 0 ? [`${route}: no request of the recording is of it.`] : [],
      ),
      ...unnamed.map(
        ({ route, requests }) =>
          `${route}: ${plural(requests, 'request')}, data.references does not say which rows it names.`,
      ),
      ...(moreUnnamed === 0 ? [] : [`${plural(moreUnnamed, 'route')} more that data.references does not name.`]),
    ],
  };
}
