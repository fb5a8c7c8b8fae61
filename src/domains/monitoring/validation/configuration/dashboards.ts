import { z } from 'zod';
import type { Server } from '../server.ts';
import { resolveServer, serverKeys } from '../server.ts';

const text = z.string().min(1);

/** Dashboards, and how they are looked at. */
export const dashboardsSettings = z
  .strictObject({
    files: z
      .array(text)
      .max(1000)
      .default([])
      .describe(
        'Dashboards as JSON, ConfigMaps or GrafanaDashboard, or folders of them. Files that provision data sources are read too.',
      ),
    grafana: z
      .strictObject(serverKeys)
      .optional()
      .describe('A Grafana whose dashboards and data sources are read. None when absent.'),
    slowMs: z.number().positive().max(600_000).default(5000).describe('A query that takes longer is slow, ms.'),
    variables: z
      .record(text, z.string())
      .default({})
      .describe('Values of variables, in place of those that Grafana would choose.'),
  })
  .prefault({})
  .describe('Dashboards: each query of each panel is asked of the Prometheus.');

export interface ResolvedDashboards {
  files: string[];
  grafana: Server | null;
  slowMs: number;
  variables: Record<string, string>;
}

/** @param at makes a path absolute */
export function resolveDashboards(
  { files, grafana, slowMs, variables }: z.output<typeof dashboardsSettings>,
  at: (path: string) => string,
): ResolvedDashboards {
  return {
    ...{ files: files.map(at), slowMs, variables },
    grafana: grafana === undefined ? null : resolveServer(grafana, at),
  };
}
