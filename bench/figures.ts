/** The middle of the figures; of an even number the mean of the two in the middle. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** Median and range of seconds, as one text. */
export function spread(seconds: readonly number[], digits = 1): string {
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)]
  return `${median(seconds).toFixed(digits)} s (${least.toFixed(digits)} to ${most.toFixed(digits)})`
}

/** Prints one figure of the bench. */
export function row(what: string, figure: string, detail: string): void {
  console.log(`${what.padEnd(58)} ${figure.padStart(10)}   ${detail}`)
}
