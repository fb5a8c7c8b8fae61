import { type Check, check, type Table } from '../../../part.ts';
import type { Kind } from './evidence.ts';

/** Whether a group of hundreds of alerts arrives in a form that each service takes. */
export function largeGroupChecks(groups: readonly Kind<'large-group'>[]): Check[] {
  return groups.map(({ alerts, outcomes }) => {
    const title = `A group of ${alerts} alerts arrives`;
    const said = (verdict: Check['verdict'], reason: string) => check('large-group', title, verdict, reason);
    if (outcomes.length === 0) return said('inconclusive', 'No alert of the rules is routed to a receiver.');
    const wrong = outcomes.flatMap(({ receiver, integration, alert, taken, faults }) => {
      const name = `${receiver} (${integration})`;
      if (faults.length > 0) return [`${name} would not take ${alert}: ${faults.join(', ')}`];
      return taken === 0 ? [`nothing of ${alert} reached ${name}`] : [];
    });
    if (wrong.length > 0) return said('fail', sentence(wrong));
    const silent = outcomes.filter((one) => one.named < alerts && !one.saysHowMany && one.messages === 1);
    if (silent.length > 0) {
      const shown = silent.map(({ receiver, integration, named }) => `${receiver} (${integration}) names ${named}`);
      return said(
        'inconclusive',
        `Needs review: ${sentence(shown.map((one) => `${one} of ${alerts} and does not say how many there are`))}`,
      );
    }
    const most = Math.max(...outcomes.map(({ messages }) => messages));
    const how = most === 1 ? 'one message to each' : `up to ${most} messages to one`;
    return said(
      'pass',
      `${outcomes.length} of ${outcomes.length} integrations, ${how}; the table has what each of them names.`,
    );
  });
}

export function largeGroupTable(groups: readonly Kind<'large-group'>[]): Table {
  return {
    title: 'What becomes of a large group of alerts',
    head: ['Receiver', 'By', 'Alert', 'Messages', 'Alerts named', 'Says how many', 'Characters'],
    rows: groups.flatMap(({ alerts, outcomes }) =>
      outcomes.map(({ receiver, integration, alert, messages, named, saysHowMany, longest }) => [
        ...[receiver, integration, alert, String(messages), `${named} of ${alerts}`, saysHowMany ? 'yes' : 'no'],
        String(longest),
      ]),
    ),
    figures: 4,
  };
}

function sentence(parts: readonly string[]): string {
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
