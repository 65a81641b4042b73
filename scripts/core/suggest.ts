import { createRequire } from 'node:module'
import { compare } from './diagnostic.ts'

/** No file name is longer: nobody meant one by it. */
const longest = 255

/** The candidates that `word` was probably meant to be, nearest first, at most three. */
export function suggest(word: string, candidates: Iterable<string>): string[] {
  if (word.length > longest) return []
  // Loaded only here: most calls have nothing to suggest.
  const { default: leven } = createRequire(import.meta.url)('leven') as typeof import('leven')
  const limit = Math.max(2, Math.floor(word.length / 3))
  const near: { candidate: string; distance: number }[] = []
  for (const candidate of candidates) {
    if (candidate === word || candidate.length > longest) continue
    const partly = word.length >= 3 && candidate.includes(word)
    const distance = leven(word.toLowerCase(), candidate.toLowerCase(), { maxDistance: limit + 1 })
    if (partly || distance <= limit) near.push({ candidate, distance: partly ? Math.min(distance, limit) : distance })
  }
  near.sort((a, b) => a.distance - b.distance || compare(a.candidate, b.candidate))
  return near.slice(0, 3).map((entry) => entry.candidate)
}

/** "Did you mean `x` or `y`?", or null when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  const near = suggest(word, candidates)
  return near.length === 0 ? null : `Did you mean ${near.map((name) => `\`${name}\``).join(' or ')}?`
}
