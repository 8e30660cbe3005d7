import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    testTimeout: 60_000,
    reporters: ['default', './build/reporter.ts'],
    projects: [
      { extends: true, test: { name: 'shared', include: ['shared/**/*.test.ts'] } },
      { extends: true, test: { name: 'build', include: ['build/**/*.test.ts'] } },
      {
        extends: true,
        plugins: [vue()],
        test: { name: 'renderer', include: ['renderer/**/*.test.ts'], environment: 'happy-dom' },
      },
      {
        extends: true,
        test: {
          name: 'main',
          include: ['main/**/*.test.ts'],
          // The command line is tested as built; the other projects need no build and do not wait for one.
          globalSetup: './build/build-program.ts',
          // Live runs are held to real time on machines that others use too: what fails three times is no accident.
          retry: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['build/e2e/**/*.e2e.ts'],
          globalSetup: './build/e2e/setup.ts',
          // Each file has a browser, and each test a lab, of its own: more at once would take one another's cores.
          fileParallelism: false,
          testTimeout: 180_000,
          retry: 1,
        },
      },
    ],
  },
})
