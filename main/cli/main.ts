#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { ForeseenError } from '../host/foreseen-error.ts'
import { systemReason } from '../host/system-reason.ts'
import { runCli } from './cli.ts'
import type { Terminal } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { tellFailure } from './failure.ts'

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isWatched: process.stderr.isTTY,
}

// A reader that has seen enough (`replica-lab presets | head -1`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok)
  const reason = `Standard output could not be written: ${systemReason(error)}.`
  process.exit(tellFailure(new ForeseenError(reason), terminal))
})
process.stderr.on('error', () => {
  // Nobody listens, and there is nowhere left to say so.
})

process.exitCode = await runCli(process.argv.slice(2), terminal, {
  threads: {
    engines: new URL('./', import.meta.url),
    simulation: new URL('./simulation-thread.mjs', import.meta.url),
    analysis: new URL('./analysis-thread.mjs', import.meta.url),
  },
  jobThread: new URL('./job-thread.mjs', import.meta.url),
  libraryThread: new URL('./library-thread.mjs', import.meta.url),
  rendererFolder: fileURLToPath(new URL('../renderer', import.meta.url)),
})
