import type { Kind } from './evidence.ts';
import type { Delivery, Proof } from './proofs.ts';

const pagerSeverities = ['critical', 'error', 'warning', 'info'];

/** What is wrong with what a receiver was sent of an alert. */
export function contentFaults({ alert }: Proof, delivery: Delivery, _set: Kind<'set'>): string[] {
  const faults = new Set<string>();
  for (const message of [...delivery.firing, ...delivery.resolved]) {
    for (const fault of message.faults) faults.add(`${fault}, so that the service would not take it`);
    if (message.noValue) faults.add('a template finds no value (“<no value>”)');
    if (message.text.trim() === '') faults.add('its text is empty');
  }
  const keyed = delivery.integration === 'pagerduty' || delivery.integration === 'opsgenie';
  for (const message of keyed ? [...delivery.firing, ...delivery.resolved] : []) {
    if (message.key === null) faults.add('it has no key by which its end is joined with it');
    else if (message.key !== delivery.dedupKey)
      faults.add('its key is not that of its group, so that its end closes another incident, or none');
  }
  for (const message of delivery.firing) {
    const wanted = alert.labels.severity;
    if (delivery.integration === 'pagerduty' && wanted !== undefined && pagerSeverities.includes(wanted)) {
      if (message.severity !== wanted) faults.add(`severity ${wanted} arrives as ${message.severity ?? 'nothing'}`);
    }
    const isThere = message.alerts.find(({ name }) => name === alert.name)?.runbook;
    if (isThere === false) faults.add('it does not show the runbook');
  }
  return [...faults];
}
