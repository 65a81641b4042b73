import { json } from 'node:stream/consumers'

/**
 * Counts the rows of the contract that hold, by registry. Takes vitest's JSON report on standard input:
 *
 *     ZOT_BIN=/path/to/zot npx vitest run test/registry --reporter=json | node test/registry/tally.ts
 *
 * A row holds when every test that names it has passed. Prints a table in Markdown and the two counts; ends with 1 when a
 * row does not hold, or has no test.
 */
interface Report {
  testResults: { assertionResults: { ancestorTitles: string[]; title: string; status: string }[] }[]
}

const registries = ['stand-in', 'real zot']
const rows = Array.from({ length: 43 }, (_, at) => at + 1)

const report = (await json(process.stdin)) as Report
const tests = report.testResults.flatMap((file) => file.assertionResults)
const held = { 'stand-in': 0, 'real zot': 0 } as Record<string, number>
console.log('| row | what its tests say | stand-in | real zot |\n|---|---|---|---|')
for (const row of rows) {
  const own = tests.filter((test) => test.title.startsWith(`row ${row}: `))
  const cells = registries.map((registry) => {
    const here = own.filter((test) => test.ancestorTitles[0]?.includes(`: ${registry}`))
    const passed = here.filter((test) => test.status === 'passed').length
    if (here.length > 0 && passed === here.length) held[registry] = (held[registry] ?? 0) + 1
    return here.every((test) => test.status === 'skipped') ? 'not run' : `${passed} of ${here.length}`
  })
  const titles = new Set(own.map((test) => test.title.slice(`row ${row}: `.length)))
  console.log(`| ${row} | ${[...titles].join('<br>')} | ${cells.join(' | ')} |`)
}
for (const registry of registries) console.log(`\n${held[registry]}/${rows.length} against the ${registry}`)
const asked = registries.filter((registry) =>
  tests.some((test) => test.ancestorTitles[0]?.endsWith(`: ${registry}`) && test.status !== 'skipped'),
)
process.exitCode = asked.length > 0 && asked.every((registry) => held[registry] === rows.length) ? 0 : 1
