import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The programs that run in plain Node: everything bundled, so that `out/` needs no `node_modules`. */
const config: UserConfig = {
  root,
  publicDir: false,
  logLevel: 'warn',
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'out',
    // A program that runs from there loads its chunks when it needs them; a build must not take them away.
    emptyOutDir: false,
    minify: false,
    sourcemap: false,
    rolldownOptions: {
      input: {
        'main/cli': `${root}main/cli/main.ts`,
        'main/simulation-thread': `${root}main/threads/simulation-thread.ts`,
        'main/disk-thread': `${root}main/threads/disk-thread.ts`,
        'main/analysis-thread': `${root}main/threads/analysis-thread.ts`,
        'main/job-thread': `${root}main/host/desk/job-thread.ts`,
        'main/library-thread': `${root}main/host/desk/library-thread.ts`,
      },
      output: {
        format: 'es',
        entryFileNames: '[name].mjs',
        chunkFileNames: 'main/chunks/[name].mjs',
      },
    },
  },
}

export default config
