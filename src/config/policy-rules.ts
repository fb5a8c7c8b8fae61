import { z } from 'zod';

const role = z.strictObject({
  role: z.string().min(1).max(200).describe('As it is signed: `shakedown sign --role "release manager"`.'),
  persons: z
    .array(z.string().min(1).max(200))
    .min(1)
    .optional()
    .describe('Who may decide in it, by the names of the allowed signers; anyone who may sign when absent.'),
});

/** What a policy says beside gates, objectives and ages. */
export const policyRules = {
  limits: z
    .array(z.string().min(1).max(200))
    .max(20)
    .default([])
    .describe(
      'What READY by this policy does not cover, a few words each, where no key says so; the headline shows it.',
    ),
  attempts: z
    .strictObject({
      atMost: z
        .int()
        .min(1)
        .default(3)
        .describe(
          'Attempts at a gate: the pass, and all before it that did not pass. With more the gate is inconclusive.',
        ),
      reasons: z
        .boolean()
        .default(true)
        .describe('Whether a pass after failures needs a reason for each (`readiness.reasons` of the configuration).'),
    })
    .prefault({})
    .describe('How often a candidate may be tried until it passes.'),
  approvals: z
    .strictObject({
      atLeast: z.int().min(1).default(2).describe('Different persons, with different keys, who have to approve.'),
      roles: z.array(role).default([]).describe('Roles that have to be among them.'),
      fourEyes: z.boolean().default(true).describe('Whether approvals by people who wrote the candidate do not count.'),
      reviews: z
        .boolean()
        .default(false)
        .describe(
          'Whether reviews at GitHub (`promotion.request.github`) count beside signatures, in the role `reviewer`.',
        ),
      expireHours: z.number().positive().default(72).describe('Hours for which a decision counts.'),
    })
    .prefault({})
    .describe('Who has to approve the readiness report, by signatures of allowed signers.'),
  readiness: z
    .strictObject({
      stableHours: z
        .number()
        .positive()
        .default(48)
        .describe('How long the readiness checklist asks the candidate to be stable, in hours.'),
      availabilityPercent: z
        .number()
        .min(0)
        .max(100)
        .default(99.95)
        .describe('Least availability of the readiness checklist, in percent.'),
      criteriaStableHours: z
        .number()
        .positive()
        .nullable()
        .default(null)
        .describe('Replaces the `stabilityPeriod` of the success criteria, in hours; theirs counts when null.'),
    })
    .prefault({})
    .describe('What the readiness checklist and the success criteria ask for.'),
  risk: z
    .strictObject({
      atMost: z
        .int()
        .min(1)
        .max(25)
        .default(15)
        .describe('Highest risk that may be accepted: likelihood (1 to 5) times impact (1 to 5).'),
    })
    .prefault({})
    .describe('How much risk may be accepted.'),
  waivers: z
    .strictObject({
      file: z
        .string()
        .nullable()
        .default(null)
        .describe('File of waivers, relative to the project; none may be given when null.'),
      persons: z
        .array(z.string().min(1).max(200))
        .default([])
        .describe('Who may sign it, by the names of the allowed signers.'),
      daysAtMost: z
        .number()
        .positive()
        .max(366)
        .default(30)
        .describe('Longest time that a waiver may hold, in days from now.'),
    })
    .prefault({})
    .describe('Objectives that need not hold for a time, because somebody answers for it.'),
};
