/** Undoes what a task did. Runs even if the task failed half-way, so it must cope with finding nothing to undo. */
export type Undo = () => void | Promise<void>;

export interface Teardown {
  /** Registers the undo of what is done next: before it is done, so that nothing is left when doing it fails half-way. */
  before(title: string, undo: Undo): void;
}

/**
 * Runs `body`; then, whatever happened, every undo it registered, last first. A failing undo does not stop the others.
 * @throws what `body` threw, or AggregateError of that and what undoing threw
 */
export async function withTeardown<T>(body: (teardown: Teardown) => Promise<T>): Promise<T> {
  const undos: { title: string; undo: Undo }[] = [];
  const errors: unknown[] = [];
  let value: { of: T } | undefined;
  try {
    value = { of: await body({ before: (title, undo) => undos.push({ title, undo }) }) };
  } catch (error) {
    errors.push(error);
  }
  for (let next = undos.pop(); next !== undefined; next = undos.pop()) {
    try {
      await next.undo();
    } catch (cause) {
      errors.push(new Error(`${next.title}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }));
    }
  }
  if (errors.length > 1) throw new AggregateError(errors, errors.map(messageOf).join('; '));
  if (value === undefined || errors.length === 1) throw errors[0];
  return value.of;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
