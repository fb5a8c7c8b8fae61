/** How a feature flag is rehearsed. */
export interface ResolvedFlags {
  /** null: none is named. */
  flag: string | null;
  on: string;
  off: string;
  /** flagd's JSON; null: a command switches. */
  file: string | null;
  /** null: the file is written. */
  command: string[] | null;
  /** With `{session}`; null: no evaluation can be seen. */
  probePath: string | null;
  variantAt: string;
  reasonAt: string;
  sharePercent: number;
  sessionsPerSecond: number;
  exposeMs: number;
  propagateMs: number;
  slowdownPercent: number;
}
