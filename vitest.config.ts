import { defineConfig } from 'vitest/config'

const report = process.env.MIKADO_TEST_REPORT
/** Tests that take minutes have a command of their own: `npm run test:long`. */
const long = process.env.MIKADO_TEST_LONG === 'yes'

export default defineConfig({
  test: {
    include: long ? ['test/**/*.long.test.ts'] : ['test/**/*.test.ts'],
    exclude: long ? [] : ['test/**/*.long.test.ts'],
    setupFiles: ['test/rig/seed.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The two cores of a small machine; tests of one file run one after the other.
    maxWorkers: 2,
    // No test leaves anything behind in its process: a fresh one for each file would take a third of the time.
    isolate: false,
    ...(report ? { reporters: ['default', 'json'], outputFile: { json: report } } : {}),
  },
})
