import type { RecordedRequest } from '../../../model/traffic.ts';
import { isAsset } from './files.ts';

const pathOf = (path: string) => path.split('?', 1)[0] ?? '';

/** How many requests ask for another path than before, which a target may not have. */
export class PathCounts {
  /** Without query. */
  changed = 0;
  /** Of these, for scripts, styles, pictures and fonts. */
  files = 0;
  /** Of these, read only and recorded with another answer than 404. */
  expectedNotFound = 0;

  add(before: readonly RecordedRequest[], after: readonly RecordedRequest[]): void {
    for (const [index, { path, method, status }] of before.entries()) {
      const pathname = pathOf(path);
      if (pathname === pathOf(after[index]?.path ?? '')) continue;
      this.changed++;
      if (isAsset(pathname)) this.files++;
      if (status !== 404 && (method === 'GET' || method === 'HEAD')) this.expectedNotFound++;
    }
  }
}
