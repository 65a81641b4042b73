/** The push command for CI (`npm run push-image`): publishes an image under a tag that is free, or holds this very image already. */
import { setTimeout } from 'node:timers/promises'
import { Stopped } from './push/failure.ts'
import { runPush } from './push/run.ts'

const stop = new AbortController()
for (const [signal, number] of [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.once(signal, () => stop.abort(new Stopped(signal, number)))
}

process.exitCode = await runPush(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  wait: (ms) => setTimeout(ms, undefined, { signal: stop.signal }),
  signal: stop.signal,
})
