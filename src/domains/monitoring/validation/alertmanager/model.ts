/** How Alertmanager is told to route, group, hold back and send, as one file says it. Durations are in seconds. */
export interface AlertmanagerModel {
  /** The file as it was read; absolute. */
  readonly file: string;
  /** The parsed document, from which copies are made. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly route: Route;
  readonly receivers: readonly Receiver[];
  readonly inhibitions: readonly Inhibition[];
  /** Names of the time intervals that are defined. */
  readonly timeIntervals: readonly string[];
  /** Globs of its template files, as written. */
  readonly templates: readonly string[];
}

/** A node of the routing tree, with what it inherits filled in. */
export interface Route {
  /** Where it stands: `route`, `route.routes[1]`. */
  readonly path: string;
  readonly receiver: string;
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  /** Label names, sorted; `...` alone: every label, so each alert is a group of its own. */
  readonly groupBy: readonly string[];
  readonly groupWaitS: number;
  readonly groupIntervalS: number;
  readonly repeatIntervalS: number;
  readonly muteTimes: readonly string[];
  readonly activeTimes: readonly string[];
  readonly routes: readonly Route[];
}

export interface Matcher {
  readonly name: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** The services that are stood in for; what others there are is `other`. */
export type IntegrationKind = 'pagerduty' | 'slack' | 'email' | 'opsgenie' | 'msteams' | 'webhook' | 'other';

export interface Integration {
  readonly kind: IntegrationKind;
  /** The key of its list: `pagerduty_configs`. */
  readonly key: string;
  /** Its place in that list. */
  readonly index: number;
  readonly sendResolved: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Receiver {
  readonly name: string;
  /** None: whatever is routed here is told to nobody. */
  readonly integrations: readonly Integration[];
}

export interface Inhibition {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;
