import type { LineParser } from '../record.ts';
import { createAccessLogParser } from './access-log.ts';
import { createFormatParser } from './format-string.ts';

const end =
  '$status - $request_method $scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] ';
/** As Nginx Proxy Manager's own nginx.conf has them: of its proxies, and of its other hosts. */
const formats = [
  `[$time_local] $upstream_cache_status $upstream_status ${end}[Sent-to $server] "$http_user_agent" "$http_referer"`,
  `[$time_local] ${end}"$http_user_agent" "$http_referer"`,
];

/** Parser for the formats of Nginx Proxy Manager, whose logs stand in one folder: its own two, and combined. */
export function createProxyManagerParser(): LineParser {
  const parsers: LineParser[] = [
    ...formats.map((one) => createFormatParser(one).parse),
    createAccessLogParser([]).parse,
  ];
  return (line) => {
    let parsed: ReturnType<LineParser> = '';
    for (const parse of parsers) {
      parsed = parse(line);
      if (typeof parsed !== 'string') break;
    }
    return parsed;
  };
}
