/** What is made of measured numbers. */

/** The middle of them; of an even number of them the mean of the middle two. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  return upper === undefined || lower === undefined ? Number.NaN : (lower + upper) / 2
}

/** The median of the ratios, each of two measured in the same round. Null in a round: it was not measured there. */
export function medianRatio(ours: readonly (number | null)[], theirs: readonly (number | null)[]): number {
  return median(
    ours.flatMap((own, round) => {
      const other = theirs[round]
      return own === null || other === null || other === undefined ? [] : [own / other]
    }),
  )
}

/** Three digits that count: `0.0412`, `1.37`, `134`. */
export function digits(number: number): string {
  return number >= 100 ? number.toFixed(0) : number.toPrecision(3)
}

export function seconds(number: number): string {
  return number < 1 ? `${digits(number * 1000)} ms` : `${digits(number)} s`
}
