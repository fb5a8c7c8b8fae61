import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ShakedownError } from '../../../../model/error.ts';
import { durationS } from './duration.ts';
import { parseMatchers } from './matcher.ts';
import type { AlertmanagerModel, Inhibition, Integration, IntegrationKind, Matcher, Receiver, Route } from './model.ts';

/** Alertmanager's own (config.DefaultRoute and its documentation). */
const defaults = { groupWaitS: 30, groupIntervalS: 300, repeatIntervalS: 4 * 3600 };

const texts = z.array(z.coerce.string());
const byName = z.record(z.string(), z.coerce.string());

interface RouteText {
  receiver?: string | undefined;
  matchers?: string[] | undefined;
  match?: Record<string, string> | undefined;
  match_re?: Record<string, string> | undefined;
  continue?: boolean | undefined;
  group_by?: string[] | undefined;
  group_wait?: string | undefined;
  group_interval?: string | undefined;
  repeat_interval?: string | undefined;
  mute_time_intervals?: string[] | undefined;
  active_time_intervals?: string[] | undefined;
  routes?: RouteText[] | null | undefined;
}

const routeSchema: z.ZodType<RouteText> = z.lazy(() =>
  z.looseObject({
    receiver: z.string().optional(),
    matchers: texts.optional(),
    match: byName.optional(),
    match_re: byName.optional(),
    continue: z.boolean().optional(),
    group_by: texts.optional(),
    group_wait: z.string().optional(),
    group_interval: z.string().optional(),
    repeat_interval: z.string().optional(),
    mute_time_intervals: texts.optional(),
    active_time_intervals: texts.optional(),
    routes: z.array(routeSchema).nullish(),
  }),
);

const named = z.looseObject({ name: z.string() });

const schema = z.looseObject({
  route: routeSchema,
  receivers: z.array(named),
  inhibit_rules: z
    .array(
      z.looseObject({
        source_matchers: texts.optional(),
        target_matchers: texts.optional(),
        source_match: byName.optional(),
        target_match: byName.optional(),
        source_match_re: byName.optional(),
        target_match_re: byName.optional(),
        equal: texts.optional(),
      }),
    )
    .nullish(),
  time_intervals: z.array(named).nullish(),
  mute_time_intervals: z.array(named).nullish(),
  templates: texts.nullish(),
});

/** @throws ShakedownError ALERTMANAGER_CONFIG that names the file and what cannot be read in it */
export function readAlertmanager(file: string): AlertmanagerModel {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw refused(file, (cause as Error).message, cause);
  }
  return parseAlertmanager(text, file);
}

/** The same of a text. */
export function parseAlertmanager(text: string, file: string): AlertmanagerModel {
  try {
    const document = schema.parse(parse(text));
    return {
      file,
      document,
      route: routeOf(document.route, 'route', null),
      receivers: document.receivers.map(receiverOf),
      inhibitions: (document.inhibit_rules ?? []).map(
        (rule): Inhibition => ({
          source: matchersOf(rule.source_matchers, rule.source_match, rule.source_match_re),
          target: matchersOf(rule.target_matchers, rule.target_match, rule.target_match_re),
          equal: rule.equal ?? [],
        }),
      ),
      timeIntervals: [...(document.time_intervals ?? []), ...(document.mute_time_intervals ?? [])].map(
        ({ name }) => name,
      ),
      templates: document.templates ?? [],
    };
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : (cause as Error).message;
    throw refused(file, why, cause);
  }
}

function refused(file: string, why: string, cause: unknown): ShakedownError {
  return new ShakedownError('ALERTMANAGER_CONFIG', `${file}: ${why}`, {
    hint: 'See what `amtool check-config` says of it.',
    cause,
  });
}

type Inherited = Pick<Route, 'receiver' | 'groupBy' | 'groupWaitS' | 'groupIntervalS' | 'repeatIntervalS'>;

function routeOf(text: RouteText, path: string, parent: Inherited | null): Route {
  const seconds = (value: string | undefined, inherited: number) =>
    value === undefined ? inherited : durationS(value);
  const from = parent ?? { receiver: '', groupBy: [], ...defaults };
  const own: Inherited = {
    receiver: text.receiver ?? from.receiver,
    groupBy: text.group_by === undefined ? from.groupBy : [...text.group_by].sort(),
    groupWaitS: seconds(text.group_wait, from.groupWaitS),
    groupIntervalS: seconds(text.group_interval, from.groupIntervalS),
    repeatIntervalS: seconds(text.repeat_interval, from.repeatIntervalS),
  };
  return {
    path,
    ...own,
    matchers: matchersOf(text.matchers, text.match, text.match_re),
    continue: text.continue ?? false,
    muteTimes: text.mute_time_intervals ?? [],
    activeTimes: text.active_time_intervals ?? [],
    routes: (text.routes ?? []).map((route, index) => routeOf(route, `${path}.routes[${index}]`, own)),
  };
}

function matchersOf(
  matchers: readonly string[] | undefined,
  match: Readonly<Record<string, string>> | undefined,
  matchRe: Readonly<Record<string, string>> | undefined,
): Matcher[] {
  const listed = (of: Readonly<Record<string, string>> | undefined, operator: Matcher['operator']) =>
    Object.entries(of ?? {}).map(([name, value]): Matcher => ({ name, operator, value }));
  return [...(matchers ?? []).flatMap(parseMatchers), ...listed(match, '='), ...listed(matchRe, '=~')];
}

const kinds: Readonly<Record<string, IntegrationKind>> = {
  pagerduty_configs: 'pagerduty',
  slack_configs: 'slack',
  email_configs: 'email',
  opsgenie_configs: 'opsgenie',
  msteams_configs: 'msteams',
  webhook_configs: 'webhook',
};

/** Whether a resolution is sent where nothing is said of it (Alertmanager's documentation, each `send_resolved`). */
const resolvesByDefault = new Set([
  ...['pagerduty_configs', 'opsgenie_configs', 'msteams_configs', 'webhook_configs', 'victorops_configs'],
  ...['pushover_configs', 'sns_configs', 'telegram_configs', 'discord_configs', 'webex_configs'],
]);

function receiverOf({ name, ...lists }: z.output<typeof named>): Receiver {
  const integrations = Object.entries(lists).flatMap(([key, list]): Integration[] => {
    if (!key.endsWith('_configs') || !Array.isArray(list)) return [];
    return list.map((settings: Record<string, unknown>, index) => ({
      kind: kinds[key] ?? 'other',
      ...{ key, index, settings },
      sendResolved: typeof settings.send_resolved === 'boolean' ? settings.send_resolved : resolvesByDefault.has(key),
    }));
  });
  return { name, integrations };
}
