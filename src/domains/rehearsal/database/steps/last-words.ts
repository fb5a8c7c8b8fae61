/** The last line of a program's output, for a message; what looks like a password in a URL is not shown. */
export function lastWords(output: string): string {
  const line = output.trim().split('\n').at(-1) ?? '';
  return line.replaceAll(/:\/\/[^\s@/]*@/g, '://…@').slice(0, 300) || 'it wrote nothing';
}
