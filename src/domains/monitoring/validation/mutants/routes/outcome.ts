import type { AlertmanagerModel, Labels, Route } from '../../alertmanager/model.ts';
import { inhibits, receiverNamed, routesOf } from '../../alertmanager/routing.ts';

/** What becomes of alerts: whom each reaches, with which others it comes in one message, and which others hold it back. One text for each question. */
export function outcomesOf(model: AlertmanagerModel, alerts: readonly Labels[]): string[] {
  const routes = alerts.map((labels) => routesOf(model.route, labels));
  const reached = routes.map((taken) => JSON.stringify(taken.map((route) => told(model, route))));
  const groups = alerts.map((labels, index) => {
    const keys = new Set((routes[index] ?? []).map((route) => keyAt(route, labels)));
    const together = alerts.flatMap((other, at) =>
      at !== index && (routes[at] ?? []).some((route) => keys.has(keyAt(route, other))) ? [at] : [],
    );
    return together.join(',');
  });
  const held = alerts.map((target) =>
    alerts.flatMap((source, at) => (source !== target && inhibits(model, source, target) ? [at] : [])).join(','),
  );
  return alerts.map((_, index) => `${reached[index]} with ${groups[index]} unless ${held[index]}`);
}

/** Routes are named by whom they reach, as their places move when one is taken out. */
function told(model: AlertmanagerModel, { receiver, muteTimes, activeTimes }: Route): unknown {
  const integrations = (receiverNamed(model, receiver)?.integrations ?? []).map(({ key, index, sendResolved }) => [
    key,
    index,
    sendResolved,
  ]);
  return [receiver, integrations, muteTimes, activeTimes];
}

/** Alerts with the same key come in one notification. */
function keyAt({ receiver, groupBy }: Route, labels: Labels): string {
  const names = groupBy.includes('...') ? Object.keys(labels).sort() : groupBy;
  const present = names.filter((name) => labels[name] !== undefined);
  return `${receiver} {${present.map((name) => `${name}=${JSON.stringify(labels[name])}`).join(', ')}}`;
}
