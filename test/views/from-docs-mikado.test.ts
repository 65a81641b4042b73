/** docs/reference/from-docs-mikado.md, held: our half of it. The other half needs docs-mikado: blumeops.long.test.ts. */
import { expect, test } from 'vitest'
import { TestRepository } from '../rig/repository.ts'
import { casesOfGuide, expectPrinted } from './cases.ts'

const cases = casesOfGuide()

test('the guide has cases, each with the output of both', () => {
  expect(cases.length).toBeGreaterThanOrEqual(12)
  expect(cases.map(({ calls }) => calls.map(({ program }) => program))).toEqual(
    cases.map(() => ['docs-mikado', 'mikado']),
  )
})

test.each(cases)('$name', async ({ files, calls }) => {
  using repository = new TestRepository(files)
  for (const { program, words, output } of calls) {
    if (program !== 'mikado') continue
    const { stdout, stderr } = await repository.mikado(...words)
    expectPrinted(stdout + stderr, output)
  }
})
