/** How a change of the configuration is rehearsed. */
export interface ResolvedConfigurationChange {
  /** What is declared for the candidate; null: nothing. */
  file: string | null;
  /** What is declared for what runs now; null: nothing. */
  present: string | null;
  /** JSON Schema; null: there is none. */
  schema: string | null;
  values: Record<string, string>;
  /** Environment variable that holds the path of the rendered file. */
  variable: string;
  /** Where an instance shows what is in force; null: it does not. */
  probePath: string | null;
  settleMs: number;
}
