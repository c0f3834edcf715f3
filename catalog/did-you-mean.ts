/** The known word nearest to a misspelt one, when it is near enough to be a slip of the keyboard. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(lower, candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best !== undefined && best.distance <= limit) return best.candidate;
  // People leave out half of a name more often than they mistype it: "jira" for "jira-cloud".
  const containing = known.filter((candidate) => word.length >= 3 && candidate.toLowerCase().includes(lower));
  return containing.length === 1 ? containing[0] : undefined;
}

/** ` Did you mean x?`, or the list of what there is when that is short, or nothing. Begins with a space. */
export function hintFor(word: string, known: readonly string[]): string {
  const guess = nearest(word, known);
  if (guess !== undefined) return ` Did you mean ${guess}?`;
  return known.length > 0 && known.length <= 8
    ? ` There ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}.`
    : '';
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? a.length;
}
