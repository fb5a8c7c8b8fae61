const mostRemembered = 10_000;

/** The function with its latest results kept, for texts that come again and again. A hostile variety of them only costs the time saved. */
export function remembering<Result>(find: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined || known.has(text)) return found as Result;
    if (known.size >= mostRemembered) known.clear();
    const result = find(text);
    known.set(text, result);
    return result;
  };
}
