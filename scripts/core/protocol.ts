/** What the runner and a task's process say to each other, as JSON over Node's channel. */
import type { Finding, Json } from '../index.ts'

/** How a task file is worked: a module with a default export, a script for Node, or any other executable. */
export type TaskKind = 'module' | 'node' | 'executable'

/** The runner asks. */
export type Request =
  | {
      type: 'open'
      /** Absolute path of the task file. */
      file: string
      kind: TaskKind
      card: { id: string; title: string; path: string }
      root: string
      data: string
      run: string
      inputs: Record<string, Json>
      /** Finished steps of earlier tries, with their results. */
      steps: [name: string, result: Json][]
    }
  | { type: 'check'; key: string }
  | { type: 'apply' }
  | { type: 'acknowledge'; id: number }
  | { type: 'inspect'; files: string[] }
  | { type: 'preflight'; files: string[]; root: string }

/** The task's process answers, and tells what has to be kept or masked. `id`: wants an acknowledgement before it goes on. */
export type Reply =
  | { type: 'opened'; works: boolean; checks: string[] }
  | { type: 'checked'; held: true; detail: string | null }
  | { type: 'checked'; held: false; message: string }
  | { type: 'checked'; held: null; instructions: string }
  | { type: 'applied'; outputs: Json }
  | { type: 'apply-failed'; reason: 'threw' | 'exited' | 'waiting'; message: string; exitCode: number | null }
  | { type: 'unreadable'; message: string; line: number | null; column: number | null }
  | { type: 'inspected'; file: string; works: boolean; checks: string[]; preflight: boolean }
  | { type: 'examined'; findings: Finding[] }
  | { type: 'note'; text: string }
  | { type: 'secret'; id: number; value: string }
  | { type: 'step-started'; id: number; step: string }
  | { type: 'step-done'; id: number; step: string; result: Json; replayed: boolean }
