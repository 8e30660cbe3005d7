import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The preload script: one CommonJS file that requires nothing but Electron, since a sandbox loads no other. */
const config: UserConfig = {
  root,
  publicDir: false,
  logLevel: 'warn',
  ssr: { noExternal: true, external: ['electron'] },
  build: {
    ssr: true,
    target: 'es2023',
    outDir: 'out',
    emptyOutDir: false,
    minify: false,
    sourcemap: false,
    rolldownOptions: {
      input: { 'preload/preload': `${root}main/shell/preload.ts` },
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    },
  },
}

export default config
