import { matches } from './matcher.ts';
import type { AlertmanagerModel, Labels, Receiver, Route } from './model.ts';

/**
 * The routes that an alert takes, in the order in which Alertmanager finds them: the first child that matches, those after one that says
 * `continue`, and the node itself where no child matches (dispatch.Route.Match).
 */
export function routesOf(route: Route, labels: Labels): Route[] {
  if (!route.matchers.every((matcher) => matches(matcher, labels))) return [];
  const taken: Route[] = [];
  for (const child of route.routes) {
    const below = routesOf(child, labels);
    taken.push(...below);
    if (below.length > 0 && !child.continue) break;
  }
  return taken.length > 0 ? taken : [route];
}

/** Whether an alert is held back while another fires. An alert does not hold back one that is source and target at once, as it is itself. */
export function inhibits(model: AlertmanagerModel, source: Labels, target: Labels): boolean {
  return model.inhibitions.some((rule) => {
    const isSource = (labels: Labels) => rule.source.every((matcher) => matches(matcher, labels));
    const isTarget = (labels: Labels) => rule.target.every((matcher) => matches(matcher, labels));
    if (!isSource(source) || !isTarget(target)) return false;
    if (isSource(target) && isTarget(source)) return false;
    return rule.equal.every((name) => (source[name] ?? '') === (target[name] ?? ''));
  });
}

/** Every node of the tree, the root first. */
export function allRoutes(route: Route): Route[] {
  return [route, ...route.routes.flatMap(allRoutes)];
}

export function receiverNamed(model: AlertmanagerModel, name: string): Receiver | undefined {
  return model.receivers.find((receiver) => receiver.name === name);
}

/** What is wrong with the tree as it stands: receivers, intervals that are not there, routes that no alert can take. */
export function routingFaults(model: AlertmanagerModel): { path: string; fault: string }[] {
  const faults: { path: string; fault: string }[] = [];
  const known = new Set(model.receivers.map(({ name }) => name));
  const times = new Set(model.timeIntervals);
  const used = new Set<string>();
  for (const route of allRoutes(model.route)) {
    used.add(route.receiver);
    if (!known.has(route.receiver))
      faults.push({ path: route.path, fault: `receiver ${route.receiver} is not defined` });
    for (const name of [...route.muteTimes, ...route.activeTimes]) {
      if (!times.has(name)) faults.push({ path: route.path, fault: `time interval ${name} is not defined` });
    }
    const open = route.routes.findIndex((child) => child.matchers.length === 0 && !child.continue);
    for (const hidden of open < 0 ? [] : route.routes.slice(open + 1)) {
      faults.push({ path: hidden.path, fault: `${route.path}.routes[${open}] takes every alert before it` });
    }
  }
  for (const { name } of model.receivers) {
    if (!used.has(name)) faults.push({ path: `receivers.${name}`, fault: 'no route leads to it' });
  }
  return faults;
}

export interface RoutedAlert {
  readonly name: string;
  readonly labels: Labels;
  /** It always fires, as a dead man's switch does. */
  readonly always: boolean;
}

/** Severities that nobody is to be told of: their alerts are there to hold others back. */
const quietSeverities = new Set(['none', 'info']);

/** Whether any receiver of an alert tells somebody. */
export function isTold(model: AlertmanagerModel, { labels }: Pick<RoutedAlert, 'labels'>): boolean {
  return routesOf(model.route, labels).some(
    ({ receiver }) => (receiverNamed(model, receiver)?.integrations.length ?? 0) > 0,
  );
}

/** What the tree does to the alerts of rules: those that nobody is told of, and those that are held back for ever. */
export function alertFaults(
  model: AlertmanagerModel,
  alerts: readonly RoutedAlert[],
): { path: string; fault: string }[] {
  const dropped = alerts
    .filter((alert) => !quietSeverities.has(alert.labels.severity ?? '') && !isTold(model, alert))
    .map((alert) => {
      const receivers = routesOf(model.route, alert.labels).map(({ receiver }) => receiver);
      return {
        path: `alert ${alert.name}`,
        fault: `nobody is told of it: receiver ${receivers.join(' and ')} tells nobody`,
      };
    });
  const held = alerts
    .filter(({ always }) => always)
    .flatMap((source) => {
      const targets = alerts.filter((target) => !target.always && inhibits(model, source.labels, target.labels));
      if (targets.length === 0) return [];
      const names = targets.slice(0, 5).map(({ name }) => name);
      const more = targets.length > names.length ? ` and ${targets.length - names.length} more` : '';
      return [
        { path: 'inhibit_rules', fault: `${source.name} always fires, and holds back ${names.join(', ')}${more}` },
      ];
    });
  return [...dropped, ...held];
}

/** Routes that none of these alerts takes, nor a route below them: the topmost of each. An alert of other rules may be meant. */
export function untakenRoutes(model: AlertmanagerModel, alerts: readonly RoutedAlert[]): string[] {
  const taken = new Set(alerts.flatMap(({ labels }) => routesOf(model.route, labels)));
  const isTaken = (route: Route) => allRoutes(route).some((one) => taken.has(one));
  const untaken = (route: Route): string[] =>
    isTaken(route) ? route.routes.flatMap(untaken) : [`${route.path} to ${route.receiver}`];
  return model.route.routes.flatMap(untaken);
}

/** Labels by which alerts are routed, grouped or held back. */
export function labelsAskedFor(model: AlertmanagerModel): Set<string> {
  const names = new Set<string>(['instance', 'job']);
  for (const route of allRoutes(model.route)) {
    for (const name of route.groupBy) if (name !== '...') names.add(name);
    for (const { name } of route.matchers) names.add(name);
  }
  for (const { source, target, equal } of model.inhibitions)
    for (const name of [...equal, ...source.map((one) => one.name), ...target.map((one) => one.name)]) names.add(name);
  return names;
}
