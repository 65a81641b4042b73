/** Waiting: for some time, and for something, but not longer than that. */
import type { System } from '../io/system.ts'

export function pause(milliseconds: number, after: System['after']): Promise<void> {
  return new Promise((resolve) => void after(milliseconds, resolve))
}

/** Resolves when it is there, or after so many milliseconds. Nothing is left behind that would keep the program open. */
export async function atMost(wait: Promise<unknown>, milliseconds: number, after: System['after']): Promise<void> {
  let cancel = () => {}
  const late = new Promise<void>((resolve) => {
    cancel = after(milliseconds, resolve)
  })
  await Promise.race([wait, late]).finally(() => cancel())
}
