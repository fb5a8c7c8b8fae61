/** Where something stands, for people: `rules/shop.yml:12`. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** An alerting or recording rule, with the lines on which its keys stand. */
export interface Rule {
  readonly kind: 'alert' | 'record';
  /** Of the alert, or of the metric that is recorded. */
  readonly name: string;
  readonly expr: string;
  readonly forMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly group: string;
  readonly place: Place;
  /** Line of a key (`expr`, `for`, `labels.severity`, `annotations.summary`); that of the rule where it is not among them. */
  readonly lines: Readonly<Record<string, number>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly place: Place;
  /** null: Prometheus' own evaluation interval. */
  readonly intervalMs: number | null;
  readonly rules: readonly Rule[];
}

/** A service level objective, and the queries that it is read from; null: the file does not hold it. */
export interface Slo {
  readonly name: string;
  readonly service: string;
  /** Percent: 99.9. */
  readonly objective: number | null;
  readonly format: 'Sloth' | 'OpenSLO';
  readonly place: Place;
  /** With the window filled in. */
  readonly bad: string | null;
  readonly good: string | null;
  readonly total: string | null;
  /** As its generated rules name it: their label `sloth_id`. */
  readonly id: string;
  /** Those that are generated of it; null: the file does not say which. */
  readonly alerts: readonly SloAlert[] | null;
}

export interface SloAlert {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What of a file could not be read or translated. It is never passed over in silence. */
export interface Remark {
  readonly place: Place;
  readonly what: string;
  readonly todo: string;
  /** `error`: the file is wrong. `gap`: it may be right, and was not looked at. */
  readonly kind: 'error' | 'gap';
}

export const ruleFormats = ['Prometheus', 'PrometheusRule', 'Grafana', 'Sloth', 'OpenSLO'] as const;
export type RuleFormat = (typeof ruleFormats)[number];

/** What one file came to. One with several YAML documents can have several formats. */
export interface RuleFile {
  readonly file: string;
  readonly formats: readonly RuleFormat[];
  readonly groups: readonly RuleGroup[];
  readonly slos: readonly Slo[];
  readonly remarks: readonly Remark[];
}

export function rulesOf(files: readonly Pick<RuleFile, 'groups'>[]): Rule[] {
  return files.flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));
}
