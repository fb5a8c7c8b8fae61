import { ShakedownError } from '../../../../model/error.ts';
import { visibleText } from '../../visible-text.ts';
import type { Source } from '../source.ts';
import { isUtf16 } from '../source-text.ts';

/** Why a source is in no format that can be read, as far as its beginning shows. */
export function unknownFormat(source: Source): ShakedownError {
  const binary = source.head.includes(0);
  const first = visibleText(source.head.toString('utf8', 0, 400).split('\n', 1)[0] ?? '', 60);
  const fields = /^#Fields:.*$/m.exec(source.head.toString('utf8', 0, 4000))?.[0];
  const noMethod = fields !== undefined && !/\bcs-method\b/.test(fields);
  if (isUtf16(source.head)) {
    return new ShakedownError('TRAFFIC_FORMAT_UNKNOWN', `${source.file} is in UTF-16, and is read in UTF-8 only.`, {
      hint: `Convert it first: iconv -f UTF-16 -t UTF-8 ${source.file} > ${source.file}.utf8`,
    });
  }
  const what = binary
    ? 'holds binary data'
    : noMethod
      ? 'is a W3C log whose #Fields has no cs-method, so it does not say what was asked for'
      : `begins with “${first}”`;
  return new ShakedownError(
    'TRAFFIC_FORMAT_UNKNOWN',
    `${source.file} is in no format known here: it ${what}. Looked for HAR, GoReplay, NDJSON, access logs of Apache, nginx, Envoy, HAProxy, Caddy, Traefik, IIS, AWS, Google Cloud, Azure and Cloudflare, OpenTelemetry spans, and collections of Postman and Insomnia.`,
    {
      hint: "Give the server's own format with --log-format '…', name the format with --format, or convert it to NDJSON with time, method and url on each line.",
    },
  );
}
