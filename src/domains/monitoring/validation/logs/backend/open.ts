import type { LogStore } from '../../configuration/logs.ts';
import type { LogBackend } from './backend.ts';
import { files } from './files.ts';
import { loki } from './loki.ts';
import { openSearch } from './opensearch.ts';
import { victoriaLogs } from './victoria-logs.ts';

export function openBackend(store: LogStore): LogBackend {
  switch (store.kind) {
    case 'opensearch':
    case 'elasticsearch':
      return openSearch(store);
    case 'loki':
      return loki(store);
    case 'victorialogs':
      return victoriaLogs(store);
    case 'file':
      return files(store);
  }
}
