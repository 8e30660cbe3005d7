import { fileURLToPath } from 'node:url'
import { startShell } from './shell.ts'

// Only an entry knows where the others are: code that two of them share moves to a folder of its own.
startShell({
  threads: {
    engines: new URL('./', import.meta.url),
    simulation: new URL('./simulation-thread.mjs', import.meta.url),
    analysis: new URL('./analysis-thread.mjs', import.meta.url),
  },
  jobThread: new URL('./job-thread.mjs', import.meta.url),
  libraryThread: new URL('./library-thread.mjs', import.meta.url),
  rendererFolder: fileURLToPath(new URL('../renderer', import.meta.url)),
  preload: fileURLToPath(new URL('../preload/preload.cjs', import.meta.url)),
})
