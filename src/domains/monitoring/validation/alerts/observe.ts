import { redact } from '../../watch/redact.ts';
import type { Received } from '../receivers/received.ts';
import type { ActiveAlert, LoadedAlert } from '../stack/prometheus.ts';
import type { Evidence } from './evidence.ts';
import type { Session } from './session.ts';

const readAtMost = 20_000;

/** Follows the states of alerts and the messages of one session, and records what changes. */
export class Observer {
  /** While it is, an alert that it raised has no reason to end. */
  isFaultOn = false;
  /** By alert's name and labels: firing or pending now. */
  readonly active = new Map<string, ActiveAlert>();
  readonly messages: (Received & { names: readonly string[] })[] = [];
  private readonly annotations = new Map<string, Readonly<Record<string, string>>>();
  private seen = 0;
  private lookedEpochMs: number | null = null;
  /** After the clock was moved on, alerts come up again: what they were before is not recorded as new. */
  private resuming = new Set<string>();

  readonly fault: string;
  private readonly session: Session;
  private readonly rules: readonly LoadedAlert[];
  private readonly record: (evidence: Evidence) => void;

  constructor(
    { fault, session, rules }: { fault: string; session: Session; rules: readonly LoadedAlert[] },
    record: (evidence: Evidence) => void,
  ) {
    this.fault = fault;
    this.session = session;
    this.rules = rules;
    this.record = record;
  }

  /** @returns whether Prometheus has evaluated, so that what is not active is inactive */
  async look(): Promise<boolean> {
    const askedEpochMs = Date.now();
    const alerts = await this.session.alerts();
    this.readMessages();
    if (alerts === null) return false;
    const atEpochMs = Date.now();
    const now = new Map(alerts.map((alert) => [keyOf(alert), alert]));
    for (const [key, alert] of now) {
      const before = this.active.get(key)?.state;
      const isOld = this.resuming.has(key) && before === 'firing' && alert.state === 'pending';
      if (alert.state === 'firing') this.resuming.delete(key);
      if (!isOld && before !== alert.state) this.recordState(alert, alert.state, atEpochMs);
      this.annotations.set(alert.name, alert.annotations);
      if (!isOld) this.active.set(key, alert);
    }
    for (const [key, alert] of this.active) {
      if (now.has(key)) continue;
      this.active.delete(key);
      this.recordState(alert, 'inactive', atEpochMs);
      if (this.isFaultOn) await this.recordFailedScrapes(alert.name, atEpochMs);
    }
    // What is answered may have been so already when it was asked, not before.
    this.lookedEpochMs = askedEpochMs;
    return true;
  }

  /** Alerts that were seen active are taken up by another Prometheus. */
  resumed(): void {
    this.resuming = new Set(this.active.keys());
  }

  /** Records that an alert is inactive before anything is done. */
  inactive(alert: string, labels: Readonly<Record<string, string>>): void {
    const about = { labels: { ...labels }, annotations: {}, atEpochMs: Date.now(), activeAtEpochMs: null };
    this.record({ kind: 'state', fault: this.fault, alert, state: 'inactive', ...about });
  }

  of(name: string): ActiveAlert[] {
    return [...this.active.values()].filter((alert) => alert.name === name);
  }

  private recordState(alert: ActiveAlert, state: 'inactive' | 'pending' | 'firing', atEpochMs: number): void {
    const { name, labels, annotations, activeAtMs } = alert;
    this.record({
      ...{ kind: 'state', fault: this.fault, alert: name, labels, annotations, state, atEpochMs },
      activeAtEpochMs: state === 'inactive' ? null : activeAtMs,
      ...(this.lookedEpochMs === null ? {} : { lastOtherEpochMs: this.lookedEpochMs }),
    });
  }

  private async recordFailedScrapes(alert: string, atEpochMs: number): Promise<void> {
    const failed = await this.session.failedScrapes();
    if (Object.keys(failed).length > 0) this.record({ kind: 'unscraped', fault: this.fault, alert, failed, atEpochMs });
  }

  private readMessages(): void {
    const { received } = this.session.standIns;
    for (; this.seen < received.length; this.seen++) {
      const message = received[this.seen] as Received;
      const text = message.text.slice(0, readAtMost);
      const named = this.rules.filter(({ name }) => this.speaksOf(text, name));
      const alerts = [...new Set(named.map(({ name }) => name))].map((name) => {
        const runbook = this.annotations.get(name)?.runbook_url ?? null;
        return { name, runbook: runbook === null ? null : text.includes(runbook) };
      });
      this.messages.push({ ...message, names: alerts.map(({ name }) => name) });
      const { receiver, kind: integration, index, status, key, severity, faults, answer, taken, atEpochMs } = message;
      this.record({
        ...{ kind: 'message', fault: this.fault, receiver, integration, index, status, key, severity, alerts, answer },
        ...{ taken, atEpochMs, text: redact(text), noValue: text.includes('<no value>') },
        faults: faults.slice(0, 20).map(redact),
        fields: message.fields.slice(0, 40).map(({ name, value }) => ({ name, value: redact(value) })),
      });
    }
  }

  private speaksOf(text: string, name: string): boolean {
    if (new RegExp(`(?<![\\w])${name.replace(/\W/g, '.')}(?![\\w])`).test(text)) return true;
    const summary = this.annotations.get(name)?.summary ?? '';
    return summary.length > 10 && text.includes(summary);
  }
}

function keyOf({ name, labels }: ActiveAlert): string {
  return `${name}${JSON.stringify(Object.entries(labels).sort())}`;
}
