/** null: it is not JSON, such as a last line that was cut off. */
export function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
