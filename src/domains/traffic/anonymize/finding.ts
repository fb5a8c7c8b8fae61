export interface Finding {
  /** Position in the recording, from 0; `request` is -1 for the session's own id. */
  session: number;
  request: number;
  /** Shard and line, from 1, of the unpacked file: `sessions-00000.ndjson.gz:17`. */
  at: string;
  /** Where in the request, such as `headers.cookie` or `body.data`; never the value. */
  field: string;
  /** `original`, `canary`, or the kind that a detector names. */
  kind: string;
  /** What was found, with all but its ends masked. */
  masked: string;
}

const longestMasked = 24;

/** `Habermann` → `H•••••••n`: enough to find it again for one who has the file, and too little to read it without. */
export function maskOf(text: string): string {
  const units = [...text];
  if (units.length < 6) return '•'.repeat(units.length);
  const dots = '•'.repeat(Math.min(units.length, longestMasked) - 2);
  return `${units[0]}${dots}${units[units.length - 1]}`;
}
