/** Tasks of a run that was killed: the next one begins when nothing of them works any more. */
import { tasksLock, waitForLock } from './lock.ts'
import { leftOf, signalProcess } from './session.ts'

/** How long a task may take to notice that its runner is gone, and to end, in milliseconds. */
const patience = 10_000

/**
 * Waits until no task of an earlier run works here. `killed`: that run was; what its tasks started is then ended where they
 * cannot do it themselves any more. False: something does not end. @throws the signal's reason when it is aborted first.
 */
export async function awaitTasks(root: string, data: string, killed: boolean, signal: AbortSignal): Promise<boolean> {
  const late = AbortSignal.timeout(patience)
  const either = AbortSignal.any([signal, late])
  try {
    const alone = await waitForLock(tasksLock(data), either)
    alone.release()
    if (killed) await endLeft(root, either)
    return true
  } catch (error) {
    if (error === late.reason && !signal.aborted) return false
    throw error
  }
}

async function endLeft(root: string, signal: AbortSignal): Promise<void> {
  for (let left = leftOf(root); left.length > 0; left = leftOf(root)) {
    signal.throwIfAborted()
    for (const pid of left) signalProcess(pid, 'SIGKILL')
    await new Promise<void>((resolve) => setTimeout(resolve, 10))
  }
}
