import type { Colors } from '../../report-kit/terminal/terminal.ts';
import { wrapped } from '../../report-kit/terminal/width.ts';
import { readable } from '../../report-kit/text.ts';
import type { ProgressEvent } from '../../run/progress.ts';

/**
 * The lines that an event leaves behind on the terminal; none for what only the figures show.
 * @param columns of a terminal that somebody looks at: a warning is broken between words there; absent: it stays one line
 */
export function message(event: ProgressEvent, colors: Colors, columns = Number.POSITIVE_INFINITY): string {
  switch (event.kind) {
    case 'phase':
      return `${colors.dim(readable(event.text))}\n`;
    case 'warning':
      return `${wrapped(`warning: ${readable(event.text)}`, columns)
        .join('\n')
        .replace('warning', colors.yellow)}\n`;
    case 'engine': {
      const { name, version, build, note } = event.engine;
      const built = build === 'embedded' ? 'fallback engine' : `${build === 'shakedown' ? 'own' : 'stock'} build`;
      return `${colors.dim(`engine: ${readable(`${name} ${version}`)}, ${built}`)}${note ? ` ${colors.yellow(readable(note))}` : ''}\n`;
    }
    default:
      return '';
  }
}
