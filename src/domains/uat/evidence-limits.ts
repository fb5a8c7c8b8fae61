/** The most that a run's evidence may take, so that a run of many failures does not fill the disk. */
export interface EvidenceLimits {
  files: number;
  bytes: number;
  fileBytes: number;
}

export const defaultEvidenceLimits: EvidenceLimits = { files: 2000, bytes: 200 * 1024 ** 2, fileBytes: 20 * 1024 ** 2 };
