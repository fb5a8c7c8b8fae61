import type { Colors } from '../../report-kit/terminal/terminal.ts';
import { readable } from '../../report-kit/text.ts';
import type { ProgressEvent } from '../../run/progress.ts';

/** The line that an event leaves behind on the terminal; empty for what only the figures show. */
export function message(event: ProgressEvent, colors: Colors): string {
  switch (event.kind) {
    case 'phase':
      return `${colors.dim(readable(event.text))}\n`;
    case 'warning':
      return `${colors.yellow('warning')}: ${readable(event.text)}\n`;
    case 'engine': {
      const { name, version, build, note } = event.engine;
      const built = build === 'embedded' ? 'fallback engine' : `${build === 'shakedown' ? 'own' : 'stock'} build`;
      return `${colors.dim(`engine: ${readable(`${name} ${version}`)}, ${built}`)}${note ? ` ${colors.yellow(readable(note))}` : ''}\n`;
    }
    default:
      return '';
  }
}
