/** `GET /path HTTP/1.1`; also without a protocol (HTTP/0.9) and with spaces in the path, as some clients send. */
export function splitRequestLine(line: string): { method: string; target: string } {
  const space = line.indexOf(' ');
  if (space < 0) return { method: '', target: line };
  const lastSpace = line.lastIndexOf(' ');
  const hasProtocol = lastSpace > space && line.startsWith('HTTP/', lastSpace + 1);
  return { method: line.slice(0, space), target: line.slice(space + 1, hasProtocol ? lastSpace : line.length) };
}
