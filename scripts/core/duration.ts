import { createRequire } from 'node:module'

/** Milliseconds of a duration such as `90s`, `5m`, `1h`; a bare number counts seconds. Null when it is none. */
export function parseDuration(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value > 0 ? value * 1000 : null
  if (typeof value !== 'string' || value === '' || value.length > 40) return null
  if (/^(?:\d+\.?\d*|\.\d+)$/.test(value)) return parseDuration(Number(value))
  // Loaded only here: most cards name no time.
  const ms = createRequire(import.meta.url)('ms') as typeof import('ms')
  const parsed: number | undefined = ms(value as import('ms').StringValue)
  return parsed !== undefined && Number.isFinite(parsed) && parsed > 0 ? parsed : null
}

const units = 'milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y'
const anyCase = units.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)

/** The text of a duration, see `parseDuration`, as a regular expression. */
export const durationPattern = `^(?=.{1,40}$)(?=[^a-zA-Z]*[1-9])(?:\\d+\\.?|\\d*\\.?\\d+ *(?:${anyCase})?)$`

/** A time span for people: `0.4 s`, `12 s`, `3 m 05 s`, `1 h 02 m`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} m ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`
}

/** Of what still goes on, whole seconds: `4 s`. */
export function formatElapsed(milliseconds: number): string {
  const whole = Math.max(0, Math.floor(milliseconds / 1000))
  return whole < 60 ? `${whole} s` : formatDuration(whole * 1000)
}

/** Of what is only guessed, no more than is known: `15 s`, `1 m 20 s`, `12 m 30 s`. */
export function formatRoughly(milliseconds: number): string {
  const step = milliseconds < 20_000 ? 1000 : milliseconds < 120_000 ? 5000 : 30_000
  return formatElapsed(Math.round(milliseconds / step) * step)
}
