/** For domains that replay a recording, or search one. */
export { admitRecording } from './admit-recording.ts';
/** For what looks for personal data and secrets where none may be, as in logs. */
export { detectedIn } from './anonymize/detectors/real.ts';
/** For findings that name no value. */
export { maskOf } from './anonymize/finding.ts';
/** What stayed in a recording, on its way to threads. */
export type { SharedHashSet } from './anonymize/hash-set.ts';
/** For what goes with an anonymized recording and must have the same pseudonyms, as a database does. */
export {
  detectionsIn,
  holdsGivenName,
  isFieldName,
  isPersonalName,
  isPublicText,
  kindOf,
} from './anonymize/judged-values.ts';
/** For the same key in the same file. */
export { readKey } from './anonymize/key-file.ts';
/** For text that is as long as it was, in the same script. */
export { rangeAt, rangeOf } from './anonymize/pseudonyms/characters.ts';
/** For sets of values of which only hashes are kept. */
export { TextHash } from './anonymize/text-hash.ts';
/** The pieces of a text that are looked for, as the leak scan has them. */
export { eachToken, shortestToken } from './anonymize/tokens.ts';
/** For values outside of a recording that must have its pseudonyms. */
export { readVocabulary, ValuePseudonyms } from './anonymize/value-pseudonyms.ts';
export type { BodyFeatures } from './body-features.ts';
/** For what is looked for in answers that can be held against nothing. */
export { foreignFeatures, signs as bodySigns } from './body-features.ts';
/** For what is held against the answers of a baseline, as it is against recorded ones. */
export { shapeOf } from './plan/answers.ts';
export { makePlan, type Plan, type PlanInput } from './plan/plan.ts';
export { Random } from './plan/random.ts';
/** For who plans a run: what its objectives count apart. */
export { tagRules } from './plan/tags.ts';
/** The writer is for who makes traffic up. */
export { createRecordingWriter, readManifest, readSessions } from './recording.ts';
