import type { IntegrationKind } from '../alertmanager/model.ts';

/** One attempt to tell somebody something, as it arrived at a stand-in. */
export interface Received {
  /** Wall clock, ms since the epoch, when all of it had arrived. */
  readonly atEpochMs: number;
  readonly receiver: string;
  readonly kind: IntegrationKind;
  /** Place of the integration in its list. */
  readonly index: number;
  /** What it says of the alerts; null where its format does not say. */
  readonly status: 'firing' | 'resolved' | null;
  /** What joins a resolution with its page: PagerDuty's dedup_key, Opsgenie's alias, a webhook's groupKey. */
  readonly key: string | null;
  /** PagerDuty's, Opsgenie's priority; null where the format has none. */
  readonly severity: string | null;
  /** Everything that a person reads of it. */
  readonly text: string;
  /** How it departs from the service's documented format, field by field; none: it would have been taken. */
  readonly faults: readonly string[];
  /** Fields that were checked: `payload.severity` `critical`. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** `202`, `SMTP 250`, `no answer`. */
  readonly answer: string;
  /** Whether the service has it: it was answered as taken. */
  readonly taken: boolean;
}

/** What a format's check finds; the rest of `Received` is known to whoever asked for it. */
export interface Checked extends Pick<Received, 'status' | 'key' | 'severity' | 'text' | 'faults' | 'fields'> {
  /** As the service would answer. */
  readonly reply: { readonly status: number; readonly type: string; readonly body: string };
}

/** An HTTP request as a format's check reads it. */
export interface Request {
  readonly method: string;
  /** Below the stand-in's own address, with the query: `/v2/alerts/abc/close?identifierType=alias`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
