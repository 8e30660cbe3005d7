import path from 'node:path'
import { createDesk } from '../../host/desk/desk.ts'
import { defaultDataFolder, defaultDocumentsFolder } from '../../host/desk/folders.ts'
import { Lab } from '../../host/lab.ts'
import { codeOf } from '../../host/system-reason.ts'
import { startServer, type LabServer } from '../../server/server.ts'
import { integerOf, UsageError, type Arguments, type Program, type Terminal } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { openWithDesktop } from '../open-with-desktop.ts'
import { StopSignals } from '../stop-signals.ts'

/** `replica-lab serve`: the window in a browser, for this machine alone, until Ctrl-C. */
export async function run(args: Arguments, terminal: Terminal, program: Program): Promise<ExitCode> {
  const port = integerOf(args, 'port', 0, 65_535) ?? 0
  const signals = new StopSignals(() =>
    terminal.err('\nStopping; runs keep what they have so far. Ctrl-C again ends at once.\n'),
  )
  const lab = new Lab(program.threads)
  let server: LabServer | null = null
  try {
    const desk = await createDesk({
      lab,
      threads: program.threads,
      jobThread: program.jobThread,
      libraryThread: program.libraryThread,
      dataFolder: path.resolve(args.value('data') ?? defaultDataFolder()),
      documentsFolder: path.resolve(args.value('dir') ?? defaultDocumentsFolder()),
      dialogs: null,
      emit: (event, payload) => server?.emit(event, payload),
    })
    try {
      server = await startServer({ desk, port, rendererFolder: program.rendererFolder }).catch(
        refusePort(port),
      )
      terminal.out(`Replica Lab: ${server.url}\n`)
      const isOpen = !args.has('no-open') && (await openWithDesktop(server.url))
      terminal.err(
        `${isOpen ? 'It is open in your browser.' : 'Open this address in a browser on this machine.'} Ctrl-C ends it.\n`,
      )
      await untilAborted(signals.signal)
    } finally {
      // Runs stop first, so that windows still hear how they ended.
      await desk.close()
      await server?.close()
    }
  } finally {
    signals.release()
    await lab.dispose()
  }
  return EXIT.ok
}

function refusePort(port: number): (error: unknown) => never {
  return (error) => {
    if (codeOf(error) === 'EADDRINUSE') {
      throw new UsageError(
        `Port ${port} is in use, perhaps by another lab. Give another --port, or none to take any that is free.`,
      )
    }
    if (codeOf(error) === 'EACCES')
      throw new UsageError(`Port ${port} may not be used here. Take one above 1023.`)
    throw error
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
