/** What `--chaos` names, which may be nothing: the project's own experiments. null: no faults in this run. */
export function namedExperiments(options: Readonly<Record<string, unknown>>): readonly string[] | null {
  return (options.chaos as readonly string[] | undefined) ?? null;
}
