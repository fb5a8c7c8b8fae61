/**
 * When a rate counts as confirmed, or as refuted: in so many tries, at most so many against it. Steps on a busy machine contradict one another
 * now and then, so one against is not the end of it; looks at three fixed counts keep the chance of a wrong answer known.
 */
const looks = [
  { tries: 4, against: 0 },
  { tries: 7, against: 1 },
  { tries: 10, against: 2 },
] as const;

/** Tries of the first look, and from one look to the next. */
export const firstTries = 4;
export const moreTries = 3;
export const triesAtMost = 10;

/** 4 of 4, 6 of 7 or 8 of 10, or better. */
export function isSettled(inFavour: number, against: number): boolean {
  return looks.some((look) => against <= look.against && inFavour + against >= look.tries);
}

/** Too many against it: no more tries can settle it. */
export function isLost(inFavour: number, against: number): boolean {
  return against > 2 || (against === 2 && inFavour === 0);
}

/**
 * The chance, at most, that a rate passes for confirmed although it does not hold in more than half of all steps: exact, over every way
 * through the looks, each step being a fair coin. 57 of 512, or 11 %; the confidence is the rest.
 */
export const settledByChance = chanceThroughLooks();

function chanceThroughLooks(): number {
  // Chance of each number of steps against it, of ways that no look has settled yet.
  let open = new Map([[0, 1]]);
  let settled = 0;
  let tries = 0;
  for (const look of looks) {
    for (; tries < look.tries; tries++) {
      const next = new Map<number, number>();
      for (const [against, chance] of open) {
        for (const more of [0, 1]) next.set(against + more, (next.get(against + more) ?? 0) + chance / 2);
      }
      open = next;
    }
    for (const [against, chance] of open) {
      if (against > look.against) continue;
      settled += chance;
      open.delete(against);
    }
  }
  return settled;
}

/** The chance that `inFavour` or more of so many fair coins fall one way: what tries that settled nothing leave open. */
export function byChance(inFavour: number, against: number): number {
  const tries = inFavour + against;
  let ways = 1;
  let sum = 0;
  for (let fewer = 0; fewer <= against; fewer++) {
    sum += ways;
    ways = (ways * (tries - fewer)) / (fewer + 1);
  }
  return sum / 2 ** tries;
}
