/** Someone who has to decide, by the role that is signed with the decision. */
export interface ApprovalRole {
  role: string;
  /** Who may decide in it, by the names of the allowed signers or of GitHub; absent: anyone who may sign. */
  persons?: string[] | undefined;
}

/** What a policy asks for beside its gates and their objectives. */
export interface PolicyRules {
  /** What READY by it does not say, a few words each. */
  limits: string[];
  attempts: {
    /** So many attempts at a gate, those before a pass that did not pass among them. */
    atMost: number;
    /** Whether a pass after failures needs a reason for each of them. */
    reasons: boolean;
  };
  approvals: {
    /** Different persons who have to approve. */
    atLeast: number;
    roles: ApprovalRole[];
    /** Whether the approval of who wrote the candidate counts for nothing. */
    fourEyes: boolean;
    /** Whether reviews at GitHub count beside signatures. */
    reviews: boolean;
    /** Hours after which a decision counts no more. */
    expireHours: number;
  };
  readiness: {
    /** For how long the readiness checklist has the candidate stable, in hours. */
    stableHours: number;
    /** Least availability by the readiness checklist, in percent. */
    availabilityPercent: number;
    /** In place of the time that the success criteria have it stable, in hours; null: as they say. */
    criteriaStableHours: number | null;
  };
  risk: {
    /** Highest product of likelihood and impact, 1 … 25. */
    atMost: number;
  };
  waivers: {
    /** Absolute path of the file; null: there are none. */
    file: string | null;
    /** Who may sign it, by the names of the allowed signers. */
    persons: string[];
    /** Days from now that a waiver may hold at the most. */
    daysAtMost: number;
  };
}
