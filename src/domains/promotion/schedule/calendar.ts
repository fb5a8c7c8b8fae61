import { visible } from '../../../report-kit/text.ts';

export interface CalendarEvent {
  /** The same for the same window of the same candidate, so that a calendar that has it takes it as an update. */
  readonly uid: string;
  /** ISO 8601, UTC. */
  readonly opensAt: string;
  readonly closesAt: string;
  /** When it was made. */
  readonly stampAt: string;
  readonly summary: string;
  readonly description: string;
}

/** An iCalendar file (RFC 5545) with one event, in UTC: no reader needs to know a time zone's rules. */
export function calendar({ uid, opensAt, closesAt, stampAt, summary, description }: CalendarEvent): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Shakedown//Promotion//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${escaped(uid)}`,
    `DTSTAMP:${utc(stampAt)}`,
    `DTSTART:${utc(opensAt)}`,
    `DTEND:${utc(closesAt)}`,
    `SUMMARY:${escaped(summary)}`,
    `DESCRIPTION:${escaped(description)}`,
    'STATUS:TENTATIVE',
    'TRANSP:OPAQUE',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.flatMap(folded).join('\r\n')}\r\n`;
}

/** `20261203T080000Z` */
function utc(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** Text of a property (RFC 5545, 3.3.11); a line break of somebody's text begins no property. */
function escaped(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => visible(line).replace(/[\\;,]/g, '\\$&'))
    .join('\\n');
}

/** At most 75 octets a line, never within a character (RFC 5545, 3.1). */
function folded(line: string): string[] {
  const lines: string[] = [];
  let [current, bytes] = ['', 0];
  for (const point of line) {
    const size = Buffer.byteLength(point);
    if (bytes + size > 75) {
      lines.push(current);
      [current, bytes] = [' ', 1];
    }
    current += point;
    bytes += size;
  }
  return [...lines, current];
}
