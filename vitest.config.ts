import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The two cores of a small machine; tests of one file run one after the other.
    maxWorkers: 2,
  },
})
