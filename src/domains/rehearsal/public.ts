/** For who replays sessions of a recording and reads their answers: cookies, and the values that later requests need. */

/** For the deployment plan: how long each move took. */
export { measuredMoves } from './measured-moves.ts';
export { cookieHeader, remember } from './witness/cookies.ts';
export { bodyEncoding, extracted, fill } from './witness/values.ts';
