import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { ShakedownError } from '../../../../model/error.ts';

const matcher = z.looseObject({
  name: z.string(),
  value: z.string().default(''),
  matchType: z.string().optional(),
  regex: z.boolean().optional(),
});
export type OperatorMatcher = z.output<typeof matcher>;

export interface OperatorRoute {
  receiver?: string | undefined;
  groupBy?: string[] | undefined;
  groupWait?: string | undefined;
  groupInterval?: string | undefined;
  repeatInterval?: string | undefined;
  matchers?: OperatorMatcher[] | undefined;
  continue?: boolean | undefined;
  routes?: OperatorRoute[] | undefined;
  muteTimeIntervals?: string[] | undefined;
  activeTimeIntervals?: string[] | undefined;
}

const texts = z.array(z.string()).optional();
const route: z.ZodType<OperatorRoute> = z.lazy(() =>
  z.looseObject({
    ...{ receiver: z.string().optional(), groupBy: texts, groupWait: z.string().optional() },
    ...{ groupInterval: z.string().optional(), repeatInterval: z.string().optional() },
    ...{ matchers: z.array(matcher).optional(), continue: z.boolean().optional() },
    ...{ routes: z.array(route).optional(), muteTimeIntervals: texts, activeTimeIntervals: texts },
  }),
);

const range = z.looseObject({ start: z.coerce.number().optional(), end: z.coerce.number().optional() });
const interval = z.looseObject({
  name: z.string(),
  timeIntervals: z
    .array(
      z.looseObject({
        times: z.array(z.object({ startTime: z.string(), endTime: z.string() })).optional(),
        ...{ weekdays: texts, daysOfMonth: z.array(range).optional(), months: z.array(z.coerce.string()).optional() },
        years: z.array(z.coerce.string()).optional(),
      }),
    )
    .default([]),
});
export type OperatorInterval = z.output<typeof interval>;

const metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().default('default'),
  labels: z.record(z.string(), z.string()).default({}),
});

const alertmanagerConfig = z.looseObject({
  kind: z.literal('AlertmanagerConfig'),
  metadata,
  spec: z.looseObject({
    route: route.nullish(),
    receivers: z.array(z.looseObject({ name: z.string() })).default([]),
    inhibitRules: z
      .array(
        z.looseObject({
          sourceMatch: z.array(matcher).default([]),
          targetMatch: z.array(matcher).default([]),
          equal: z.array(z.string()).default([]),
        }),
      )
      .default([]),
    // The same by the names of v1alpha1 and v1beta1.
    muteTimeIntervals: z.array(interval).default([]),
    timeIntervals: z.array(interval).default([]),
  }),
});
export type AlertmanagerConfig = z.output<typeof alertmanagerConfig>;

const selector = z
  .looseObject({
    matchLabels: z.record(z.string(), z.string()).default({}),
    matchExpressions: z.array(z.unknown()).default([]),
  })
  .nullish();

const alertmanager = z.looseObject({
  kind: z.literal('Alertmanager'),
  metadata,
  spec: z.looseObject({
    alertmanagerConfigMatcherStrategy: z.looseObject({ type: z.string().optional() }).optional(),
    alertmanagerConfigSelector: selector,
    alertmanagerConfigNamespaceSelector: selector,
  }),
});
export type AlertmanagerResource = z.output<typeof alertmanager>;

export interface OperatorResources {
  readonly configs: readonly (AlertmanagerConfig & { file: string })[];
  /** The first that there is; null: none is among the files. */
  readonly alertmanager: AlertmanagerResource | null;
}

/** Reads AlertmanagerConfig and Alertmanager resources of files and folders. @throws ShakedownError ALERTMANAGER_CONFIG */
export function readOperatorResources(paths: readonly string[]): OperatorResources {
  const configs: (AlertmanagerConfig & { file: string })[] = [];
  let found: AlertmanagerResource | null = null;
  for (const file of paths.flatMap(filesOf)) {
    for (const document of documentsOf(file)) {
      const kind = (document as { kind?: unknown } | null)?.kind;
      const read = <T>(schema: z.ZodType<T>): T => {
        const parsed = schema.safeParse(document);
        if (parsed.success) return parsed.data;
        throw refused(file, z.prettifyError(parsed.error).replaceAll('\n', ' '));
      };
      if (kind === 'AlertmanagerConfig') configs.push({ ...read(alertmanagerConfig), file });
      else if (kind === 'Alertmanager') found ??= read(alertmanager);
    }
  }
  if (configs.length === 0 && paths.length > 0) throw refused(paths.join(', '), 'there is no AlertmanagerConfig in it');
  return { configs, alertmanager: found };
}

function documentsOf(file: string): unknown[] {
  try {
    return parseAllDocuments(readFileSync(file, 'utf8')).flatMap((one) => {
      const value: unknown = one.toJS();
      const items = (value as { kind?: unknown; items?: unknown } | null)?.items;
      return Array.isArray(items) ? items : [value];
    });
  } catch (cause) {
    throw refused(file, (cause as Error).message);
  }
}

function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).sort();
    return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(path, name));
  } catch (cause) {
    throw refused(path, (cause as Error).message);
  }
}

export function refused(file: string, why: string): ShakedownError {
  return new ShakedownError('ALERTMANAGER_CONFIG', `${file}: ${why}`, {
    hint: 'See what the Prometheus operator’s events say of it.',
  });
}
