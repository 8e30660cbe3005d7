import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'
import { engineConfig } from './vite.engine.config.ts'
import node from './vite.node.config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What only tests start, threads with something planted in them: with chunks of their own, beside the program's. */
const config: UserConfig = {
  ...node,
  build: {
    ...node.build,
    rolldownOptions: {
      input: {
        'testing/disk-thread': `${root}main/testing/disk-thread.ts`,
      },
      output: {
        format: 'es',
        entryFileNames: '[name].mjs',
        chunkFileNames: 'testing/chunks/[name].mjs',
      },
    },
  },
}

export default config

export const testingEngine = engineConfig('testing/engine-thread', 'main/testing/engine-thread.ts')
