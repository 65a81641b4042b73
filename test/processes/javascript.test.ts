import { expect, test, vi } from 'vitest'
import { javascriptOf } from '../../scripts/io/javascript.ts'
import type { TaskFile } from '../../scripts/io/tasks.ts'

const task: TaskFile = {
  path: 'tasks/a.ts',
  file: '/there/tasks/a.ts',
  kind: 'module',
  digest: 'd',
  selfContained: true,
}

test('types are taken out of a task’s module, each word in its place, and Node says nothing of it', () => {
  const warn = vi.spyOn(process, 'emitWarning')
  expect(javascriptOf(task, 'const done: boolean = true\nexport default {}\n')).toBe(
    'const done          = true\nexport default {}\n',
  )
  expect(warn).not.toHaveBeenCalled()
})

test.each([
  ['is JavaScript', { file: '/there/tasks/a.mjs' }, 'export default {}'],
  ['imports from the repository', { selfContained: false }, "import './b.ts'\nexport default {}"],
  ['is no module', { kind: 'node' as const }, 'console.log(1)'],
  ['has more than types in it', {}, 'enum One { two }\nexport default {}'],
  ['cannot be read', {}, 'export default {'],
])('its process takes them out itself where it %s', (_, differs, text) => {
  expect(javascriptOf({ ...task, ...differs }, text)).toBeNull()
})
