import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'
import node from './vite.node.config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * A thread of live runs, one file in all: hundreds are started from it, and only a script that loads no others can be
 * started from code that V8 has compiled before (`main/threads/thread-program.ts`).
 */
export function engineConfig(entry: string, file: string): UserConfig {
  return {
    ...node,
    build: {
      ...node.build,
      rolldownOptions: {
        input: { [entry]: `${root}${file}` },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  }
}

export default engineConfig('main/engine-thread', 'main/threads/engine-thread.ts')
