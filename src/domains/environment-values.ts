/**
 * A text of the configuration with `{{env.NAME}}` replaced by environment variables.
 * @returns `problem`: what one of them lacks, to follow the name of what needs it; without a full stop
 */
export function withEnvironment(text: string): { value: string } | { problem: string } {
  let problem: string | null = null;
  const value = text.replace(/\{\{\s*env\.([^{}]*?)\s*\}\}/g, (whole, variable: string) => {
    const found = /^\w+$/.test(variable) ? process.env[variable] : undefined;
    if (found !== undefined && found !== '') return found;
    problem ??= /^\w+$/.test(variable)
      ? `needs the environment variable ${variable}, which is not set`
      : `has ${whole.slice(0, 80)}, which names no environment variable`;
    return whole;
  });
  return problem === null ? { value } : { problem };
}
