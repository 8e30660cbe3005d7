import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'
import node from './vite.node.config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What measures and torments the lab; with chunks of its own, since none of it goes into the packed app. */
const config: UserConfig = {
  ...node,
  // It finds its own parts beside itself, and only the window's bench needs it.
  ssr: { noExternal: true, external: ['playwright-core'] },
  build: {
    ...node.build,
    rolldownOptions: {
      input: {
        bench: `${root}build/bench/main.ts`,
        'bench-thread': `${root}build/bench/references/bench-thread.ts`,
        'checker-child': `${root}build/bench/checker-child.ts`,
        soak: `${root}build/soak/main.ts`,
        mutants: `${root}build/mutants/main.ts`,
        datasheets: `${root}build/datasheets/main.ts`,
        'engine-code': `${root}build/engine-code.ts`,
      },
      output: {
        format: 'es',
        entryFileNames: '[name].mjs',
        chunkFileNames: 'tools/chunks/[name].mjs',
      },
    },
  },
}

export default config
