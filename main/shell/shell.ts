import path from 'node:path'
import { app, dialog, Menu, nativeTheme, screen, session } from 'electron'
import type { BrowserWindow } from 'electron'
import type { Preferences } from '../../shared/ipc/contract.ts'
import { createDesk } from '../host/desk/desk.ts'
import { defaultDataFolder } from '../host/desk/folders.ts'
import { JsonFile } from '../host/desk/json-file.ts'
import type { Desk, Emit } from '../host/desk/types.ts'
import { Lab, type ThreadEntries } from '../host/lab.ts'
import { StaticFiles } from '../server/static-files.ts'
import { filesIn } from './arguments.ts'
import { wireName } from './channels.ts'
import { platformDialogs } from './dialogs.ts'
import { confineContents, confineSession } from './hardening.ts'
import { Log } from './log.ts'
import { menuTemplate } from './menu.ts'
import { registerScheme, serveWindow } from './protocol.ts'
import { routeRequests } from './router.ts'
import { openWindow } from './window.ts'
import { windowStateOf, type WindowState } from './window-state.ts'
import { within } from './within.ts'

/** What only the program's entry knows. */
export interface ShellPaths {
  threads: ThreadEntries
  jobThread: URL
  libraryThread: URL
  rendererFolder: string
  preload: string
}

const FAREWELL_MS_MAX = 1_500
const DESK_MS_MAX = 10_000
const LAB_MS_MAX = 5_000
/** A window that fails again so soon would fail for ever. */
const FAILURES_APART_MS = 10_000

/** Everything that must happen before Electron is ready, and then the shell itself. */
export function startShell(paths: ShellPaths): void {
  app.setName('Replica Lab')
  app.enableSandbox()
  registerScheme()
  confineContents()
  const dataFolder = defaultDataFolder()
  // What Chromium keeps lies beside what the lab keeps, which `replica-lab serve` shares.
  app.setPath('userData', path.join(dataFolder, 'window'))
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  const shell = new Shell(paths, dataFolder)
  shell.listen()
  // Awaiting this at the top level of an ES module would wait for ever: Electron is ready after its entry has been read.
  void app.whenReady().then(() => shell.start())
}

class Shell {
  readonly #paths: ShellPaths
  readonly #dataFolder: string
  readonly #log: Log
  readonly #lab: Lab
  readonly #stateFile: JsonFile<WindowState>
  #desk: Desk | null = null
  #window: BrowserWindow | null = null
  /** Files that the system named before there was a window to show them. */
  #arrivals: string[]
  #isLoaded = false
  #hasToldFailure = false
  #windowFailedMs = -Infinity
  #phase: 'open' | 'ending' | 'over' = 'open'
  #closingHeard = () => undefined as void

  constructor(paths: ShellPaths, dataFolder: string) {
    this.#paths = paths
    this.#dataFolder = dataFolder
    this.#log = new Log(dataFolder)
    this.#lab = new Lab(paths.threads)
    this.#stateFile = new JsonFile(path.join(dataFolder, 'window.json'), windowStateOf)
    this.#arrivals = filesIn(process.argv.slice(1), process.cwd())
  }

  listen(): void {
    process.on('uncaughtException', (error) => {
      this.#fail('uncaught exception', error)
      app.quit()
    })
    process.on('unhandledRejection', (reason) => this.#fail('unhandled rejection', reason))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void this.#quit(false))
    app.on('before-quit', (event) => {
      if (this.#phase === 'over') return
      event.preventDefault()
      void this.#quit(true)
    })
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit()
    })
    app.on('activate', () => void this.#show())
    app.on('second-instance', (_, args, folder) => {
      this.#arrive(filesIn(args.slice(1), folder))
      void this.#show()
    })
    app.on('open-file', (event, file) => {
      event.preventDefault()
      this.#arrive([file])
      void this.#show()
    })
    app.on('render-process-gone', (_, contents, { reason }) => {
      if (contents === this.#window?.webContents && reason !== 'clean-exit') this.#windowFailed(reason)
    })
  }

  async start(): Promise<void> {
    try {
      confineSession(session.defaultSession)
      serveWindow(session.defaultSession, await StaticFiles.list(this.#paths.rendererFolder))
      const desk = await createDesk({
        lab: this.#lab,
        threads: this.#paths.threads,
        jobThread: this.#paths.jobThread,
        libraryThread: this.#paths.libraryThread,
        dataFolder: this.#dataFolder,
        documentsFolder: null,
        dialogs: platformDialogs(() => this.#window),
        emit: this.#emit,
        components: [
          { name: 'Electron', version: process.versions.electron ?? '' },
          { name: 'Chromium', version: process.versions.chrome ?? '' },
        ],
      })
      this.#desk = desk
      const { handlers } = desk
      routeRequests({
        handlers: {
          ...handlers,
          'preferences.set': async (changes) => followTheme(await handlers['preferences.set'](changes)),
        },
        ours: () => this.#window?.webContents ?? null,
        onClosingHeard: () => this.#closingHeard(),
      })
      followTheme(await handlers['preferences.get'](null))
      const send = (command: string) => this.#emit('menu.command', { command })
      Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, !app.isPackaged, send)))
      await this.#show()
    } catch (error) {
      this.#fail('start', error)
      await this.#quit(false)
    }
  }

  readonly #emit: Emit = (event, payload) => {
    const contents = this.#window?.webContents
    if (contents !== undefined && !contents.isDestroyed()) contents.send(wireName(event), payload)
  }

  /** Brings the window to the front, opening one where there is none. */
  async #show(): Promise<void> {
    if (this.#desk === null || this.#phase !== 'open') return
    if (this.#window !== null) {
      if (this.#window.isMinimized()) this.#window.restore()
      this.#window.focus()
      return
    }
    this.#isLoaded = false
    const state = await this.#stateFile.read().catch(() => null)
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea)
    const window = openWindow(this.#paths.preload, state, areas)
    this.#window = window
    window.webContents.on('did-finish-load', () => {
      this.#isLoaded = true
      this.#arrive([])
    })
    window.webContents.on('did-start-loading', () => (this.#isLoaded = false))
    window.on('close', (event) => {
      if (this.#phase === 'over') return
      event.preventDefault()
      void this.#closeWindow(window)
    })
    window.on('closed', () => (this.#window = null))
  }

  /** Shows files as soon as the window can. */
  #arrive(files: readonly string[]): void {
    this.#arrivals.push(...files)
    if (!this.#isLoaded) return
    for (const file of this.#arrivals.splice(0)) {
      this.#desk?.openPath(file).catch((error: unknown) => {
        const sentence = error instanceof Error ? error.message : String(error)
        void dialog.showMessageBox({
          type: 'warning',
          message: 'The file cannot be opened',
          detail: sentence,
        })
      })
    }
  }

  /** On macOS a program goes on without a window; elsewhere its last window is the program. */
  async #closeWindow(window: BrowserWindow): Promise<void> {
    if (process.platform !== 'darwin') {
      app.quit()
      return
    }
    await this.#farewell(window)
    window.destroy()
  }

  /** Lets the window save its draft, and remembers where it was. */
  async #farewell(window: BrowserWindow): Promise<void> {
    const state = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() }
    await within(FAREWELL_MS_MAX, async () => {
      await Promise.all([
        this.#stateFile.write(state).catch((error: unknown) => this.#log.write('window state', error)),
        new Promise<void>((resolve) => {
          if (!this.#isLoaded) return resolve()
          this.#closingHeard = resolve
          this.#emit('app.closing', null)
        }),
      ])
    })
  }

  /** Ends runs and threads one after the other, each within a bound, and then the program. */
  async #quit(mayAsk: boolean): Promise<void> {
    if (this.#phase !== 'open') return
    this.#phase = 'ending'
    if (mayAsk && this.#desk?.isBusy === true && !(await this.#mayStopRun())) {
      this.#phase = 'open'
      return
    }
    try {
      if (this.#window !== null) {
        await this.#farewell(this.#window)
        this.#window.hide()
      }
      const closed = await within(DESK_MS_MAX, async () => {
        await this.#desk?.close()
        return true
      })
      if (closed === null) this.#log.write('quit', 'the desk did not close in time')
      await within(LAB_MS_MAX, () => this.#lab.dispose())
    } catch (error) {
      this.#log.write('quit', error)
    }
    this.#phase = 'over'
    this.#window?.destroy()
    app.quit()
  }

  async #mayStopRun(): Promise<boolean> {
    const options = {
      type: 'question' as const,
      message: 'A run is under way',
      detail: 'Quitting stops it. What it has measured so far is kept in the library.',
      buttons: ['Stop it and quit', 'Go on'],
      defaultId: 1,
      cancelId: 1,
    }
    const { response } = await (this.#window === null
      ? dialog.showMessageBox(options)
      : dialog.showMessageBox(this.#window, options))
    return response === 0
  }

  /** The page is loaded again: its draft and its runs are not its own. */
  #windowFailed(reason: string): void {
    this.#log.write('window', reason)
    const nowMs = performance.now()
    const isRepeated = nowMs - this.#windowFailedMs < FAILURES_APART_MS
    this.#windowFailedMs = nowMs
    if (isRepeated) this.#fail('window', new Error(`The window failed twice (${reason}).`))
    else this.#window?.webContents.reload()
  }

  /** All failures are logged; the first is told. */
  #fail(what: string, error: unknown): void {
    this.#log.write(what, error)
    if (this.#hasToldFailure) return
    this.#hasToldFailure = true
    const sentence = error instanceof Error ? error.message : String(error)
    dialog.showErrorBox('Replica Lab has a problem', `${sentence}\n\nDetails are in ${this.#log.file}.`)
  }
}

/** Dialogs and title bar are the system's: they follow what the window was told. */
function followTheme(preferences: Preferences): Preferences {
  nativeTheme.themeSource = preferences.theme
  return preferences
}
