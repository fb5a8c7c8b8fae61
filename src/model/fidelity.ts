/** Sums that a fidelity is made of; those of several parts of a run add up to those of the whole. */
export interface FidelityState {
  /** Pairs of due and sent counts in bins of 10 ms, 100 ms and 1 s. */
  scales: { binMs: number; n: number; x: number; y: number; xx: number; yy: number; xy: number }[];
  /** Requests by route, of windows closed so far. */
  planned: number[];
  sent: number[];
  sessions: number;
  disordered: number;
  /** Answers with a recorded status to compare with, and those that had it. */
  compared: number;
  matched: number;
  /** Against the recording; absent in what earlier versions saved. */
  recording?: {
    /** As `scales`, of planned moments and sent counts: what an earlier answer held up is not due later here. */
    scales: FidelityState['scales'];
    /** Requests of the recording that are planned, of all it has. */
    kept: number;
    requests: number;
    /** Requests of the recording, by route of the plan. */
    routes: number[];
  };
  /** Generator's lateness, µs: HdrHistogram V2 payload in base64. */
  lateness: string;
}
