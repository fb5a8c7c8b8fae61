/** A data source as a panel names it; null: the default one. */
export interface DataSourceName {
  /** Its uid or its name, as written: `${ds}` where a variable says which. */
  name: string;
  /** `prometheus`; null: not said. */
  type: string | null;
}

export interface Query {
  /** `A` */
  refId: string;
  /** As written, with its variables. */
  text: string;
  dataSource: DataSourceName | null;
  isInstant: boolean;
  /** Seconds between values at the least, as written; null: not said. */
  minStep: string | null;
  stepFactor: number;
  isHidden: boolean;
}

export interface Panel {
  title: string;
  type: string;
  queries: Query[];
  /** Of the panel, as written; null: not said. */
  minStep: string | null;
  maxDataPoints: number | null;
  /** Of 24 columns. */
  width: number;
  /** Shows what another panel asked, or a panel of the library. null: it asks itself. */
  elsewhere: string | null;
}

export interface Variable {
  name: string;
  type: string;
  /** As written: a query, a list, a type of data source. */
  query: string;
  dataSource: DataSourceName | null;
  regex: string;
  sort: number;
  isMulti: boolean;
  hasAll: boolean;
  /** What All stands for; null: all values. */
  allValue: string | null;
  /** What was chosen when it was saved. */
  current: string[];
  /** Of type `interval`: how many steps `auto` makes, and no shorter than. */
  autoCount: number;
  autoMinimum: string;
}

export interface Dashboard {
  title: string;
  /** Where it was read from. */
  file: string;
  panels: Panel[];
  variables: Variable[];
  /** Queries of annotations. */
  annotations: { name: string; query: Query }[];
  from: string;
  to: string;
  /** Names that a person is asked for when it is imported by hand. */
  inputs: string[];
}

/** A data source that Grafana has. */
export interface DataSource {
  uid: string | null;
  name: string;
  type: string;
  isDefault: boolean;
  /** Its scrape interval as Grafana was told; null: 15 s. */
  timeInterval: string | null;
}
