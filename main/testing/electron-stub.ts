import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { isBuiltin, register } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { LabApi } from '../../shared/ipc/contract.ts'

const SHELL = new URL('../../out/main/shell.mjs', import.meta.url)
/** A module that imports by Node's own means. */
const NATIVE_IMPORT: string = 'data:text/javascript,export const load = (url) => import(url)'
const SLOT = Symbol.for('replica-lab.electron-stub')

/** An event as Electron's emitters give it: something that can be prevented. */
export class StubEvent {
  defaultPrevented = false
  readonly url: string
  readonly isMainFrame: boolean

  constructor(facts: { url?: string; isMainFrame?: boolean } = {}) {
    this.url = facts.url ?? ''
    this.isMainFrame = facts.isMainFrame ?? true
  }

  preventDefault(): void {
    this.defaultPrevented = true
  }
}

type Handler = (...args: never[]) => unknown
type RequestHandler = (request: Request) => Response | Promise<Response>

export class StubSession extends EventEmitter {
  readonly handled = new Map<string, RequestHandler>()
  permissionRequest: Handler | null = null
  permissionCheck: Handler | null = null
  devicePermission: Handler | null = null
  beforeRequest: Handler | null = null
  spellChecks = true
  readonly protocol = {
    handle: (scheme: string, handler: RequestHandler) => void this.handled.set(scheme, handler),
    unhandle: (scheme: string) => void this.handled.delete(scheme),
  }
  readonly webRequest = { onBeforeRequest: (handler: Handler) => void (this.beforeRequest = handler) }
  setPermissionRequestHandler(handler: Handler): void {
    this.permissionRequest = handler
  }
  setPermissionCheckHandler(handler: Handler): void {
    this.permissionCheck = handler
  }
  setDevicePermissionHandler(handler: Handler): void {
    this.devicePermission = handler
  }
  setSpellCheckerEnabled(isEnabled: boolean): void {
    this.spellChecks = isEnabled
  }

  /** What a page of this session gets from an address. */
  async fetch(url: string, method = 'GET'): Promise<Response> {
    const scheme = url.slice(0, url.indexOf(':'))
    const handler = this.handled.get(scheme)
    if (handler === undefined) throw new Error(`nobody serves ${scheme}:`)
    return handler(new Request(url, { method }))
  }

  isAllowed(url: string): boolean {
    let isCancelled = true
    this.beforeRequest?.(
      ...([{ url }, (answer: { cancel: boolean }) => (isCancelled = answer.cancel)] as never[]),
    )
    return !isCancelled
  }
}

export interface StubFrame {
  url: string
}

export class StubContents extends EventEmitter {
  mainFrame: StubFrame = { url: '' }
  openHandler: ((details: { url: string }) => { action: string }) | null = null
  reloads = 0
  pdf: Buffer | Error = Buffer.from('%PDF-1.7 stub')
  readonly #deliver: (channel: string, payload: unknown) => void

  constructor(deliver: (channel: string, payload: unknown) => void) {
    super()
    this.#deliver = deliver
  }

  getURL(): string {
    return this.mainFrame.url
  }
  isDestroyed(): boolean {
    return false
  }
  reload(): void {
    this.reloads++
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }
  send(channel: string, payload: unknown): void {
    this.#deliver(channel, structuredClone(payload))
  }
  printToPDF(): Promise<Buffer> {
    return this.pdf instanceof Error ? Promise.reject(this.pdf) : Promise.resolve(this.pdf)
  }

  /** Whether going there is prevented. */
  isKeptFrom(
    event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect' | 'will-attach-webview',
    url: string,
    isMainFrame = true,
  ): boolean {
    const happening = new StubEvent({ url, isMainFrame })
    this.emit(event, happening)
    return happening.defaultPrevented
  }
}

interface WindowOptions extends Record<string, unknown> {
  webPreferences: Record<string, unknown> & { session?: StubSession }
}

export class StubWindow extends EventEmitter {
  readonly webContents: StubContents
  readonly shown: string[] = []
  readonly #stub: ElectronStub
  readonly options: WindowOptions
  isDestroyed = false
  page: Response | null = null

  constructor(stub: ElectronStub, options: WindowOptions) {
    super()
    this.#stub = stub
    this.options = options
    this.webContents = new StubContents((channel, payload) => stub.toPreload.emit(channel, {}, payload))
    stub.windows.push(this)
    stub.app.emit('web-contents-created', {}, this.webContents)
  }

  async loadURL(url: string): Promise<void> {
    const session = this.options.webPreferences.session ?? this.#stub.session.defaultSession
    this.page = await session.fetch(url)
    this.webContents.mainFrame = { url }
    this.emit('ready-to-show')
    this.webContents.emit('did-finish-load')
  }
  /** Somebody clicks its cross. */
  close(): void {
    const event = new StubEvent()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }
  destroy(): void {
    if (this.isDestroyed) return
    this.isDestroyed = true
    this.emit('closed')
    if (this.#stub.windows.every((each) => each.isDestroyed)) this.#stub.app.emit('window-all-closed')
  }
  show(): void {
    this.shown.push('show')
  }
  hide(): void {
    this.shown.push('hide')
  }
  focus(): void {
    this.shown.push('focus')
  }
  restore(): void {
    this.shown.push('restore')
  }
  maximize(): void {
    this.shown.push('maximize')
  }
  isMinimized(): boolean {
    return false
  }
  isMaximized(): boolean {
    return false
  }
  getNormalBounds(): unknown {
    return { x: 40, y: 50, width: 1100, height: 700 }
  }
}

export interface MenuItem {
  label?: string
  role?: string
  accelerator?: string
  submenu?: MenuItem[]
  click?: () => void
}

/** What the shell sees instead of Electron, and what it did with it. */
export class ElectronStub {
  readonly windows: StubWindow[] = []
  readonly calls: string[] = []
  readonly schemes: { scheme: string; privileges: Record<string, boolean> }[] = []
  readonly handlers = new Map<string, (event: unknown, input: unknown) => Promise<unknown>>()
  readonly toPreload = new EventEmitter()
  readonly errorBoxes: string[] = []
  readonly messages: { message: string; detail?: string }[] = []
  menu: MenuItem[] = []
  /** What the next dialog answers. */
  openAnswer: { canceled: boolean; filePaths: string[] } = { canceled: true, filePaths: [] }
  saveAnswer: { canceled: boolean; filePath: string } = { canceled: true, filePath: '' }
  messageAnswer = 0
  readonly asked: Record<string, unknown>[] = []
  hasLock = true
  becomeReady: () => void = () => undefined
  readonly quitted: Promise<void>
  #didQuit: () => void = () => undefined
  /** What the preload script gave to the window. */
  lab: LabApi | null = null

  readonly app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    setName: (name: string) => void this.calls.push(`setName ${name}`),
    setPath: (name: string, path: string) => void this.calls.push(`setPath ${name} ${path}`),
    enableSandbox: () => void this.calls.push('enableSandbox'),
    requestSingleInstanceLock: () => this.hasLock,
    whenReady: () => new Promise<void>((resolve) => (this.becomeReady = resolve)),
    quit: () => {
      const event = new StubEvent()
      this.app.emit('before-quit', event)
      if (!event.defaultPrevented) this.#didQuit()
    },
  })
  readonly ipcMain = Object.assign(new EventEmitter(), {
    handle: (channel: string, handler: (event: unknown, input: unknown) => Promise<unknown>) =>
      void this.handlers.set(channel, handler),
  })
  readonly session = {
    defaultSession: new StubSession(),
    partitions: new Map<string, StubSession>(),
    fromPartition: (name: string) => {
      const made = this.session.partitions.get(name) ?? new StubSession()
      this.session.partitions.set(name, made)
      return made
    },
  }
  readonly nativeTheme = { themeSource: 'system', shouldUseDarkColors: false }
  readonly screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }
  readonly protocol = {
    registerSchemesAsPrivileged: (schemes: ElectronStub['schemes']) => {
      this.calls.push('registerSchemesAsPrivileged')
      this.schemes.push(...schemes)
    },
  }
  readonly Menu = {
    buildFromTemplate: (template: MenuItem[]) => template,
    setApplicationMenu: (menu: MenuItem[]) => void (this.menu = menu),
  }
  readonly dialog = {
    showOpenDialog: (...args: unknown[]) => this.#ask(args, this.openAnswer),
    showSaveDialog: (...args: unknown[]) => this.#ask(args, this.saveAnswer),
    showMessageBox: (...args: unknown[]) => {
      this.messages.push(args.at(-1) as { message: string })
      return this.#ask(args, { response: this.messageAnswer })
    },
    showErrorBox: (_: string, text: string) => void this.errorBoxes.push(text),
  }
  readonly #before = new Map(SIGNALS.map((name) => [name, process.listeners(name as 'SIGINT')]))

  constructor() {
    this.quitted = new Promise((resolve) => (this.#didQuit = resolve))
  }

  /** Loads the built main entry with this in place of Electron. Each load is a program of its own. */
  async load(): Promise<void> {
    // An arrow function is no constructor, and a class has no way to its stub.
    const stub = this // eslint-disable-line @typescript-eslint/no-this-alias
    const BrowserWindow = function (options: WindowOptions) {
      return new StubWindow(stub, options)
    }
    const { app, ipcMain, session, nativeTheme, screen, protocol, Menu, dialog } = this
    const modules = { app, ipcMain, session, nativeTheme, screen, protocol, Menu, dialog, BrowserWindow }
    ;(globalThis as Record<symbol, unknown>)[SLOT] = modules
    resolveElectron(Object.keys(modules))
    // Loaded by Node itself and not by the test runner, just as Electron would.
    const native = (await import(/* @vite-ignore */ NATIVE_IMPORT)) as {
      load: (url: string) => Promise<unknown>
    }
    await native.load(`${SHELL.href}?${++loads}`)
  }

  /** Runs the preload script as the window's sandbox would, and answers what it exposes. */
  preload(): LabApi {
    const { preload } = this.windows[0].options.webPreferences
    const ipcRenderer = {
      invoke: (channel: string, input: unknown) => this.invoke(channel, structuredClone(input)),
      on: (channel: string, listener: (...args: unknown[]) => void) => this.toPreload.on(channel, listener),
      removeListener: (channel: string, listener: (...args: unknown[]) => void) =>
        this.toPreload.removeListener(channel, listener),
      send: (channel: string) => this.ipcMain.emit(channel, this.senderOf(this.windows[0])),
    }
    const contextBridge = {
      exposeInMainWorld: (name: string, api: LabApi) => {
        if (name !== 'lab' || this.lab !== null) throw new Error(`exposed ${name}`)
        this.lab = api
      },
    }
    const require = (name: string) => {
      if (name !== 'electron') throw new Error(`a sandboxed preload script may not require ${name}`)
      return { contextBridge, ipcRenderer }
    }
    const code = readFileSync(String(preload), 'utf8')
    // The file comes from this project's own build.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    ;(new Function('require', 'module', 'exports', code) as (...args: unknown[]) => void)(require, {}, {})
    if (this.lab === null) throw new Error('the preload script exposes nothing')
    return this.lab
  }

  senderOf(window: StubWindow, frame: StubFrame | null = window.webContents.mainFrame): unknown {
    return { sender: window.webContents, senderFrame: frame }
  }

  async invoke(
    channel: string,
    input: unknown,
    event: unknown = this.senderOf(this.windows[0]),
  ): Promise<unknown> {
    const handler = this.handlers.get(channel)
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
    return structuredClone(await handler(event, input))
  }

  menuItem(label: string): MenuItem {
    const found = this.menu.flatMap(({ submenu }) => submenu ?? []).find((item) => item.label === label)
    if (found === undefined) throw new Error(`there is no "${label}" in the menu`)
    return found
  }

  /** Takes back what the shell has done to this process. */
  dispose(): void {
    for (const [name, before] of this.#before)
      for (const listener of process.listeners(name as 'SIGINT'))
        if (!before.includes(listener)) process.removeListener(name, listener)
  }

  #ask<T>(args: unknown[], answer: T): Promise<T> {
    this.asked.push(args.at(-1) as Record<string, unknown>)
    return Promise.resolve(answer)
  }
}

const SIGNALS = ['uncaughtException', 'unhandledRejection', 'SIGINT', 'SIGTERM', 'exit']
let loads = 0

/** Lets `import 'electron'` in modules that Node loads find what lies in the slot. */
function resolveElectron(names: readonly string[]): void {
  const lines = names.map((name) => `export const ${name} = globalThis[slot].${name}`)
  const source = [`const slot = Symbol.for(${JSON.stringify(SLOT.description)})`, ...lines].join('\n')
  const hook = `export async function resolve(name, context, next) {
    if (name !== 'electron') return next(name, context)
    const url = 'data:text/javascript,' + ${JSON.stringify(encodeURIComponent(`${source}\n//`))} + encodeURIComponent(context.parentURL)
    return { url, shortCircuit: true }
  }`
  if (loads === 0) register(`data:text/javascript,${encodeURIComponent(hook)}`)
}

const STATIC_IMPORT = /^(?:import|export)\b[^"']*["']([^"']+)["'];?$/
const DYNAMIC_IMPORT = /\bimport\(\s*["']([^"']+)["']\s*\)/g

/** Modules that an entry of `out/` reaches, itself included. The bundler writes each import on a line of its own. */
export function reachedFrom(entry: URL, found = new Set<string>()): Set<string> {
  if (found.has(entry.href)) return found
  found.add(entry.href)
  const lines = readFileSync(fileURLToPath(entry), 'utf8').split('\n')
  const names = lines.flatMap((line) => {
    if (/^\s*(?:\*|\/\/|\/\*)/.test(line)) return []
    const statics = STATIC_IMPORT.exec(line)
    return statics === null ? [...line.matchAll(DYNAMIC_IMPORT)].map(([, name]) => name) : [statics[1]]
  })
  for (const name of names) {
    if (name.startsWith('.')) reachedFrom(new URL(name, entry), found)
    else if (!isBuiltin(name)) found.add(name)
  }
  return found
}
