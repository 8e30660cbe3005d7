import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

/** Tests that run things in real time, and could tell if somebody else took their core meanwhile. */
const IN_REAL_TIME = [
  'main/threads/**/*.test.ts',
  'main/host/{lab,memory,soak}.test.ts',
  'main/host/desk/runs.test.ts',
  'main/cli/{failures,guide,live,serve}.test.ts',
  'main/shell/*.test.ts',
]

/** First what may take every core, then what wants them for itself, file by file. */
const TOGETHER = { maxWorkers: '100%', sequence: { groupOrder: 0 } }
const ALONE = { maxWorkers: 1, sequence: { groupOrder: 1 } }

export default defineConfig({
  test: {
    testTimeout: 60_000,
    reporters: ['default', './build/reporter.ts'],
    projects: [
      { extends: true, test: { ...TOGETHER, name: 'shared', include: ['shared/**/*.test.ts'] } },
      { extends: true, test: { ...TOGETHER, name: 'build', include: ['build/**/*.test.ts'] } },
      {
        extends: true,
        plugins: [vue()],
        test: {
          ...TOGETHER,
          name: 'renderer',
          include: ['renderer/**/*.test.ts'],
          environment: 'happy-dom',
        },
      },
      {
        extends: true,
        test: {
          ...TOGETHER,
          name: 'main',
          include: ['main/**/*.test.ts'],
          exclude: IN_REAL_TIME,
          // The command line is tested as built; the projects above need no build and do not wait for one.
          globalSetup: './build/build-program.ts',
        },
      },
      {
        extends: true,
        test: {
          ...ALONE,
          name: 'live',
          include: IN_REAL_TIME,
          globalSetup: './build/build-program.ts',
          // Live runs are held to real time on machines that others use too: what fails three times is no accident.
          retry: 2,
        },
      },
      {
        extends: true,
        test: {
          // Each file has a browser, and each test a lab, of its own.
          ...ALONE,
          name: 'e2e',
          include: ['build/e2e/**/*.e2e.ts'],
          globalSetup: './build/e2e/setup.ts',
          testTimeout: 180_000,
          retry: 1,
        },
      },
    ],
  },
})
