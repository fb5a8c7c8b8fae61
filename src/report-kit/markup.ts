const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text for XML. */
export const xmlText = (text: string) => text.replace(/[&<>"']/g, (found) => escapes[found] ?? '');

/** Text for Markdown: no markup, no HTML, no mention of a user, no link, no table broken, no list begun. */
export function markdownText(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/[\\`*_[\]#|~$^]/g, (found) => `&#${found.charCodeAt(0)};`)
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@|:(?=\/\/)|www(?=\.)/gi, '$&&#8203;')
    .replace(/^(?=[-=+]|\d+[.)]\s)/, '&#8203;');
}

/** A cell of code in Markdown: what may hold anything is shown as it is, but for what would end the cell. */
export function markdownCode(text: string): string {
  const html = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return `<code>${html.replace(/[\\`*_[\]|~$@]/g, (found) => `&#${found.charCodeAt(0)};`)}</code>`;
}

/** A table in Markdown. @param figures how many of the last columns hold figures */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[], figures: number): string {
  const align = head.map((_, index) => (index >= head.length - figures ? '---:' : '---'));
  return [head, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const mostBytes = 900_000;

/**
 * At most `limit` bytes: whole paragraphs, the first ones, and a note where any were left out, so that no table is cut in two.
 * GitHub takes at most 1 MiB a step and drops the whole summary when there is more.
 */
export function withinSize(parts: readonly string[], limit = mostBytes): string {
  const note = '> The rest is left out here for its size; it is in `index.html` and the pages beside it.';
  const room = limit - Buffer.byteLength(`${note}\n`);
  const kept: string[] = [];
  let bytes = 0;
  for (const part of parts) {
    bytes += Buffer.byteLength(part) + 2;
    if (bytes > room) return `${[...kept, note].join('\n\n')}\n`;
    kept.push(part);
  }
  return `${kept.join('\n\n')}\n`;
}
