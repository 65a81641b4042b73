/** A thread beside the task: sees that the runner is gone, also while the task is busy, and ends all that the task started. */
import { workerData } from 'node:worker_threads'
import { signalSession } from '../io/session.ts'

const runner: unknown = workerData
const timer = setInterval(() => {
  if (process.ppid === runner) return
  clearInterval(timer)
  // A task that hears of it itself may clean up meanwhile.
  setTimeout(() => signalSession(process.pid, 'SIGKILL'), 500)
}, 250)
