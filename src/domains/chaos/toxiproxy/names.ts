/** Names of toxics that are ours, of whichever run. Apart from the rest, as the guard is to start at once. */
export const ours = /^shakedown-[0-9a-f]{8}/;
