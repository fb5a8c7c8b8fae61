import { shownMatcher } from '../../alertmanager/matcher.ts';
import type { AlertmanagerModel, Matcher, Route } from '../../alertmanager/model.ts';
import { allRoutes } from '../../alertmanager/routing.ts';

/** Every way in which routes are spoiled. */
export const routeOperators = {
  route: 'route taken out',
  'route-matcher': 'matcher of a route dropped or turned round',
  continue: '`continue` changed',
  'group-by': 'label taken out of `group_by`',
  mute: 'mute time taken out',
  inhibition: 'inhibition taken out, or a label of its `equal`',
  'send-resolved': '`send_resolved` changed',
  receiver: 'receiver dead',
} as const;

export interface RouteMutant {
  readonly operator: keyof typeof routeOperators;
  /** `route.routes[1]`, `inhibit_rules[0]`, `receivers.on-call` */
  readonly at: string;
  readonly what: string;
  readonly model: AlertmanagerModel;
}

const turned: Record<Matcher['operator'], Matcher['operator']> = { '=': '!=', '!=': '=', '=~': '!~', '!~': '=~' };

/** Every mutant of how alerts are routed, grouped, held back and sent. */
export function routeMutants(model: AlertmanagerModel): RouteMutant[] {
  return [
    ...allRoutes(model.route).flatMap((route) => ofRoute(model, route)),
    ...ofInhibitions(model),
    ...ofReceivers(model),
  ];
}

function ofRoute(model: AlertmanagerModel, route: Route): RouteMutant[] {
  const isRoot = route.path === 'route';
  const mutant = (operator: RouteMutant['operator'], what: string, changed: Partial<Route> | null): RouteMutant => ({
    operator,
    at: route.path,
    what,
    model: { ...model, route: replaced(model.route, route.path, changed) ?? model.route },
  });
  const found: RouteMutant[] = [];
  if (!isRoot) {
    found.push(mutant('route', `the route to ${route.receiver} taken out`, null));
    found.push(mutant('continue', `continue: ${route.continue} → ${!route.continue}`, { continue: !route.continue }));
  }
  route.matchers.forEach((matcher, index) => {
    const other = { ...matcher, operator: turned[matcher.operator] };
    const matchers = (one: Matcher[]) => route.matchers.flatMap((each, at) => (at === index ? one : [each]));
    found.push(mutant('route-matcher', `${shownMatcher(matcher)} dropped`, { matchers: matchers([]) }));
    found.push(
      mutant('route-matcher', `${shownMatcher(matcher)} → ${shownMatcher(other)}`, { matchers: matchers([other]) }),
    );
  });
  // What a route inherits is spoiled where it is said.
  for (const name of isRoot || hasOwnGrouping(model, route) ? route.groupBy : []) {
    const groupBy = route.groupBy.filter((one) => one !== name);
    found.push({
      ...mutant('group-by', `${name} taken out of group_by`, { groupBy }),
      model: withGrouping(model, route, groupBy),
    });
  }
  for (const name of route.muteTimes)
    found.push(
      mutant('mute', `mute time ${name} taken out`, { muteTimes: route.muteTimes.filter((one) => one !== name) }),
    );
  return found;
}

/** The tree with one of its nodes changed; null: taken out. */
function replaced(route: Route, path: string, changed: Partial<Route> | null): Route | null {
  if (route.path === path) return changed === null ? null : { ...route, ...changed };
  return { ...route, routes: route.routes.flatMap((child) => replaced(child, path, changed) ?? []) };
}

function parentOf(route: Route, path: string): Route | null {
  if (route.routes.some((child) => child.path === path)) return route;
  for (const child of route.routes) {
    const found = parentOf(child, path);
    if (found !== null) return found;
  }
  return null;
}

function hasOwnGrouping(model: AlertmanagerModel, route: Route): boolean {
  return parentOf(model.route, route.path)?.groupBy.join() !== route.groupBy.join();
}

/** Those below that say nothing of their own follow. */
function withGrouping(
  model: AlertmanagerModel,
  { path, groupBy: before }: Route,
  groupBy: readonly string[],
): AlertmanagerModel {
  const change = (route: Route, isBelow: boolean): Route => {
    const is = route.path === path || (isBelow && route.groupBy.join() === before.join());
    return { ...route, groupBy: is ? groupBy : route.groupBy, routes: route.routes.map((child) => change(child, is)) };
  };
  return { ...model, route: change(model.route, false) };
}

function ofInhibitions(model: AlertmanagerModel): RouteMutant[] {
  return model.inhibitions.flatMap((rule, index) => {
    const at = `inhibit_rules[${index}]`;
    const others = model.inhibitions.filter((one) => one !== rule);
    const without: RouteMutant = {
      operator: 'inhibition',
      at,
      what: 'taken out',
      model: { ...model, inhibitions: others },
    };
    const labels = rule.equal.map((name): RouteMutant => {
      const equal = rule.equal.filter((one) => one !== name);
      const inhibitions = model.inhibitions.map((one) => (one === rule ? { ...rule, equal } : one));
      return { operator: 'inhibition', at, what: `${name} taken out of equal`, model: { ...model, inhibitions } };
    });
    return [without, ...labels];
  });
}

function ofReceivers(model: AlertmanagerModel): RouteMutant[] {
  return model.receivers.flatMap((receiver) => {
    const at = `receivers.${receiver.name}`;
    const withIntegrations = (integrations: typeof receiver.integrations): AlertmanagerModel => ({
      ...model,
      receivers: model.receivers.map((one) => (one === receiver ? { ...receiver, integrations } : one)),
    });
    const dead: RouteMutant = { operator: 'receiver', at, what: 'nobody is told', model: withIntegrations([]) };
    const resolved = receiver.integrations.map((one): RouteMutant => {
      const changed = receiver.integrations.map((each) =>
        each === one ? { ...one, sendResolved: !one.sendResolved } : each,
      );
      const what = `send_resolved of ${one.key}[${one.index}]: ${one.sendResolved} → ${!one.sendResolved}`;
      return { operator: 'send-resolved', at, what, model: withIntegrations(changed) };
    });
    return receiver.integrations.length === 0 ? [] : [dead, ...resolved];
  });
}
