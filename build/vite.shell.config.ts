import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The main process of the desktop shell, and the scripts about it. Built apart from the programs for plain Node, with chunks of its own: none of
 * the threads, which those programs bring, can share one that reaches Electron.
 */
const config: UserConfig = {
  root,
  publicDir: false,
  logLevel: 'warn',
  ssr: { noExternal: true, external: ['electron', 'playwright-core'] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'out',
    emptyOutDir: false,
    minify: false,
    sourcemap: false,
    rolldownOptions: {
      input: {
        'main/shell': `${root}main/shell/main.ts`,
        start: `${root}build/start.ts`,
        pack: `${root}build/electron/pack.ts`,
        icons: `${root}build/electron/icons.ts`,
      },
      external: ['electron', 'playwright-core', 'axe-core'],
      output: {
        format: 'es',
        entryFileNames: '[name].mjs',
        chunkFileNames: 'main/shell-chunks/[name].mjs',
      },
    },
  },
}

export default config
