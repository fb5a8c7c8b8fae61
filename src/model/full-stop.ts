/** A message in which a reason that had a full stop was given another: `Ended by SIGINT..`. Paths (`../x`) and `...` stay. */
export function withoutDoubledStops(message: string): string {
  return message.replace(/(?<=[^\s./\\])\.\.(?=\s|$)/g, '.');
}
