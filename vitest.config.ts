import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['shared/**/*.test.ts', 'main/**/*.test.ts', 'build/**/*.test.ts'],
    testTimeout: 60_000,
  },
})
