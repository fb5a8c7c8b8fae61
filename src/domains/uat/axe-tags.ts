/** WCAG 2.2, A and AA, and best practices, which are listed separately. */
export const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
