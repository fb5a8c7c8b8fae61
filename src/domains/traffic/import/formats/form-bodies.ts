import type { Body } from '../../../../model/traffic.ts';

/** A form as browsers send it; variables in `{{…}}` stay. */
export function form(fields: readonly [string, string][]): Body {
  return {
    mime: 'application/x-www-form-urlencoded',
    encoding: 'utf8',
    data: fields.map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`).join('&'),
  };
}

/** Percent-encodes, but for the braces of variables that are filled in later. */
export function percentEncoded(text: string): string {
  return text
    .split(/(\{\{[^{}]*\}\})/)
    .map((part) => (part.startsWith('{{') ? part : encodeURIComponent(part)))
    .join('');
}

/** A `multipart/form-data` body; its boundary is the same each time, so that an import gives the same recording. */
export function multipartBody(
  parts: readonly { name: string; value: string; fileName?: string; mime?: string }[],
  givenBoundary?: string,
): Body {
  const boundary = givenBoundary ?? 'shakedown-part-5b0c1f9a7e';
  const quoted = (text: string) => text.replaceAll('"', '%22').replaceAll(/[\r\n]/g, ' ');
  const data = parts
    .map(({ name, value, fileName, mime }) => {
      const file = fileName === undefined ? '' : `; filename="${quoted(fileName)}"`;
      const type = mime === undefined || mime === '' ? '' : `Content-Type: ${quoted(mime)}\r\n`;
      return `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${file}\r\n${type}\r\n${value}\r\n`;
    })
    .join('');
  return { mime: `multipart/form-data; boundary=${boundary}`, encoding: 'utf8', data: `${data}--${boundary}--\r\n` };
}
