import { receiverOf } from './receivers.ts';
import type {
  AlertmanagerConfig,
  AlertmanagerResource,
  OperatorInterval,
  OperatorMatcher,
  OperatorResources,
  OperatorRoute,
} from './resources.ts';

type Document = Record<string, unknown>;

export const strategies = ['OnNamespace', 'OnNamespaceExceptForAlertmanagerNamespace', 'None'] as const;
export type Strategy = (typeof strategies)[number];

/** A configuration as the operator gives it to Alertmanager, and what is in it that nobody wrote. */
export interface Merged {
  readonly document: Document;
  /** Sentences, each with the resource that it is of. */
  readonly differences: readonly string[];
  /** Resources that the operator does not take, with the reason. */
  readonly refused: readonly string[];
}

/** What the operator starts from where no configuration is given to it. */
const emptyConfiguration = { route: { receiver: 'null' }, receivers: [{ name: 'null' }] };

/**
 * Merges AlertmanagerConfig resources into a configuration (the operator's ConfigBuilder.AddAlertmanagerConfigs): in the order of namespace and name,
 * before its own routes, each going on to the next; names get `namespace/name/` before them, and routes and inhibitions hold in the namespace only.
 */
export function merged(base: Document | null, { configs, alertmanager }: OperatorResources): Merged {
  const document = structuredClone(base ?? emptyConfiguration) as Document & { route: Document };
  const differences: string[] = [];
  const refused: string[] = [];
  if (base === null) differences.push('No configuration is named, so that what no resource takes is told to nobody.');
  const strategy = strategyOf(alertmanager);
  differences.push(...wordsOf(alertmanager, strategy));
  const taken = configs
    .filter((one) => {
      const why = refusalOf(one, alertmanager);
      if (why !== null) refused.push(`${keyOf(one)}: ${why}`);
      return why === null;
    })
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const routes: Document[] = [];
  const list = (key: string) => (document[key] ?? []) as unknown[];
  for (const one of taken) {
    const { spec, metadata } = one;
    const key = keyOf(one);
    const prefix = `${key}/`;
    const enforced =
      strategy === 'OnNamespace' || (strategy !== 'None' && metadata.namespace !== alertmanager?.metadata.namespace)
        ? `namespace="${metadata.namespace}"`
        : null;
    const own = enforced === null ? [] : [enforced];
    const inhibitions = spec.inhibitRules.map(({ sourceMatch, targetMatch, equal }) => ({
      source_matchers: [...new Set([...sourceMatch.map(matcherText), ...own])],
      target_matchers: [...new Set([...targetMatch.map(matcherText), ...own])],
      equal,
    }));
    if (inhibitions.length > 0) document.inhibit_rules = [...list('inhibit_rules'), ...inhibitions];
    if (spec.route === null || spec.route === undefined) {
      differences.push(`${key} has no route, so that only its inhibitions count.`);
      continue;
    }
    const route = routeOf(spec.route, prefix);
    routes.push({ ...route, matchers: [...route.matchers, ...own], continue: true });
    differences.push(
      `${key}: its route comes before those of the configuration${enforced === null ? '' : `, takes only alerts with ${enforced}`}, and alerts go on to the next route.`,
    );
    const receivers = spec.receivers.map((receiver) => receiverOf(receiver, prefix));
    document.receivers = [...list('receivers'), ...receivers.map(({ receiver }) => receiver)];
    const secrets = receivers.flatMap((receiver) => receiver.secrets);
    const leftOut = receivers.flatMap((receiver) => receiver.leftOut);
    if (secrets.length > 0) differences.push(`${key}: not read, as they are in Secrets: ${secrets.join(', ')}.`);
    if (leftOut.length > 0) differences.push(`${key}: left out, as stand-ins need none: ${leftOut.join(', ')}.`);
    const intervals = [...spec.muteTimeIntervals, ...spec.timeIntervals].map((interval) =>
      intervalOf(interval, prefix),
    );
    if (intervals.length > 0) document.time_intervals = [...list('time_intervals'), ...intervals];
  }
  document.route.routes = [...routes, ...((document.route.routes ?? []) as Document[])];
  return { document, differences, refused };
}

function keyOf({ metadata }: AlertmanagerConfig): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function strategyOf(alertmanager: AlertmanagerResource | null): Strategy {
  const given = alertmanager?.spec.alertmanagerConfigMatcherStrategy?.type;
  return strategies.find((one) => one === given) ?? 'OnNamespace';
}

function wordsOf(alertmanager: AlertmanagerResource | null, strategy: Strategy): string[] {
  if (alertmanager === null)
    return [
      'No Alertmanager resource is among the files: all AlertmanagerConfigs are taken as selected, by the strategy OnNamespace.',
    ];
  const selectors = [
    alertmanager.spec.alertmanagerConfigSelector,
    alertmanager.spec.alertmanagerConfigNamespaceSelector,
  ];
  const unread = selectors.some((one) => (one?.matchExpressions ?? []).length > 0);
  return [
    `The strategy of ${alertmanager.metadata.namespace}/${alertmanager.metadata.name} is ${strategy}.`,
    ...(unread ? ['Its matchExpressions are not followed: what they would leave out is in.'] : []),
    ...(Object.keys(selectors[1]?.matchLabels ?? {}).length > 0
      ? ['Labels of namespaces are not known: all namespaces are taken as selected.']
      : []),
  ];
}

/** Why the operator would not take a resource; null: it would. */
function refusalOf(one: AlertmanagerConfig, alertmanager: AlertmanagerResource | null): string | null {
  const wanted = Object.entries(alertmanager?.spec.alertmanagerConfigSelector?.matchLabels ?? {});
  const missing = wanted.find(([name, value]) => one.metadata.labels[name] !== value);
  if (missing !== undefined) return `alertmanagerConfigSelector asks for the label ${missing[0]}=${missing[1]}`;
  const namespaces = alertmanager?.spec.alertmanagerConfigNamespaceSelector;
  if (alertmanager !== null && (namespaces === null || namespaces === undefined)) {
    if (one.metadata.namespace !== alertmanager.metadata.namespace)
      return `only the namespace ${alertmanager.metadata.namespace} is selected`;
  }
  const receivers = new Set(one.spec.receivers.map(({ name }) => name));
  const times = new Set([...one.spec.muteTimeIntervals, ...one.spec.timeIntervals].map(({ name }) => name));
  const { route } = one.spec;
  if (route === null || route === undefined) return null;
  if (route.receiver === undefined || route.receiver === '') return 'its route names no receiver';
  for (const node of nodesOf(route)) {
    if (node.receiver !== undefined && node.receiver !== '' && !receivers.has(node.receiver))
      return `receiver ${node.receiver} is not defined in it`;
    for (const name of [...(node.muteTimeIntervals ?? []), ...(node.activeTimeIntervals ?? [])])
      if (!times.has(name)) return `time interval ${name} is not defined in it`;
  }
  return null;
}

function nodesOf(route: OperatorRoute): OperatorRoute[] {
  return [route, ...(route.routes ?? []).flatMap(nodesOf)];
}

function routeOf(route: OperatorRoute, prefix: string): Document & { matchers: string[] } {
  const named = (names: readonly string[] | undefined) => names?.map((name) => `${prefix}${name}`);
  const given: Document = {
    receiver: route.receiver === undefined || route.receiver === '' ? undefined : `${prefix}${route.receiver}`,
    group_by: (route.groupBy ?? []).length === 0 ? undefined : route.groupBy,
    ...{ group_wait: route.groupWait, group_interval: route.groupInterval, repeat_interval: route.repeatInterval },
    continue: route.continue,
    mute_time_intervals: named(route.muteTimeIntervals),
    active_time_intervals: named(route.activeTimeIntervals),
    routes: route.routes?.map((one) => routeOf(one, prefix)),
  };
  const said = Object.entries(given).filter(([, value]) => value !== undefined && value !== '');
  return { ...Object.fromEntries(said), matchers: (route.matchers ?? []).map(matcherText) };
}

function matcherText({ name, value, matchType, regex }: OperatorMatcher): string {
  const operator = matchType !== undefined && matchType !== '' ? matchType : regex === true ? '=~' : '=';
  return `${name}${operator}${JSON.stringify(value)}`;
}

function intervalOf({ name, timeIntervals }: OperatorInterval, prefix: string): Document {
  return {
    name: `${prefix}${name}`,
    time_intervals: timeIntervals.map(({ times, weekdays, daysOfMonth, months, years }) => ({
      ...(times === undefined
        ? {}
        : { times: times.map((one) => ({ start_time: one.startTime, end_time: one.endTime })) }),
      ...(weekdays === undefined ? {} : { weekdays: weekdays.map((one) => one.toLowerCase()) }),
      ...(daysOfMonth === undefined
        ? {}
        : { days_of_month: daysOfMonth.map(({ start = 1, end = start }) => `${start}:${end}`) }),
      ...(months === undefined ? {} : { months: months.map((one) => one.toLowerCase()) }),
      ...(years === undefined ? {} : { years }),
    })),
  };
}
