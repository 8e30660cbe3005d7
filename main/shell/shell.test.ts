import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { LabApi, RunStatus } from '../../shared/ipc/contract.ts'
import { CHANNELS } from '../../shared/ipc/parsers.ts'
import {
  ElectronStub,
  reachedFrom,
  StubEvent,
  type StubSession,
  type StubWindow,
} from '../testing/electron-stub.ts'
import { LIBRARY_THREAD, Scratch, THREADS, topologyFile } from '../testing/program.ts'
import { engineProgram } from '../threads/engine-program.ts'

/** The built main entry and preload script, loaded against a stub of Electron: what they ask Electron for, and refuse. */

let scratch: Scratch
let electron: ElectronStub

beforeEach(async () => {
  scratch = await Scratch.make()
  vi.stubEnv('HOME', scratch.folder)
  vi.stubEnv('XDG_DATA_HOME', scratch.folder)
  vi.stubEnv('APPDATA', scratch.folder)
  electron = new ElectronStub()
})
afterEach(async () => {
  if (electron.windows.length > 0) {
    electron.messageAnswer = 0
    electron.app.quit()
    await electron.quitted
  }
  electron.dispose()
  vi.unstubAllEnvs()
  await scratch.dispose()
})

let lab: LabApi

/** Until the window is there, with its preload script run. */
async function start(): Promise<StubWindow> {
  await electron.load()
  electron.becomeReady()
  await expect.poll(() => electron.windows[0]?.page, { timeout: 20_000 }).toBeTruthy()
  lab = electron.preload()
  return electron.windows[0]
}
const session = (): StubSession => electron.session.defaultSession
const data = (name: string): string => {
  const [entry] = electron.calls.filter((call) => call.startsWith('setPath userData '))
  return path.join(path.dirname(entry.slice('setPath userData '.length)), name)
}

describe('before Electron is ready', () => {
  test('the scheme is registered once, every renderer sandboxed, nothing opened', async () => {
    await electron.load()
    expect(electron.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ])
    expect(electron.calls.filter((call) => call === 'registerSchemesAsPrivileged')).toHaveLength(1)
    expect(electron.calls).toContain('enableSandbox')
    expect(electron.windows).toHaveLength(0)
    expect(electron.handlers.size).toBe(0)
  })

  test('a second instance leaves at once and starts nothing', async () => {
    electron.hasLock = false
    await electron.load()
    await electron.quitted
    electron.becomeReady()
    expect(electron.windows).toHaveLength(0)
  })
})

describe('the window', () => {
  test('is confined as far as Electron can', async () => {
    const { options } = await start()
    expect(options.webPreferences).toEqual({
      preload: expect.stringMatching(/out[\\/]preload[\\/]preload\.cjs$/) as string,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: false,
    })
    expect(options.show).toBe(false)
    expect(electron.windows[0].shown).toEqual(['show'])
  })

  test('loads its page from app://lab under a strict policy', async () => {
    const { page, webContents } = await start()
    expect(webContents.getURL()).toBe('app://lab/')
    expect(page?.status).toBe(200)
    expect(page?.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page?.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; " +
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(page?.headers.get('x-content-type-options')).toBe('nosniff')
    const html = (await page?.text()) ?? ''
    const [, script] = /<script type="module"[^>]* src="([^"]+)"><\/script>/.exec(html) ?? []
    const answer = await session().fetch(`app://lab${script}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    // Nothing stands in the page that the policy would have to let in.
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|https?:/)
  })

  test('gets its own files and nothing else, by whatever way', async () => {
    await start()
    for (const url of [
      'app://lab/../package.json',
      'app://lab/../../package.json',
      'app://lab/%2e%2e/%2e%2e/package.json',
      'app://lab/..%2f..%2fpackage.json',
      'app://lab/..%5c..%5cpackage.json',
      'app://lab//etc/passwd',
      'app://lab/assets/../../main/cli.mjs',
      'app://lab/assets/',
      'app://lab/index.html%00.js',
      'app://lab/__proto__',
      'app://other/index.html',
      'app://lab:1/index.html',
      'app://lab.evil.example/index.html',
    ]) {
      const answer = await session().fetch(url)
      expect(answer.status, url).toBe(404)
      expect(await answer.text(), url).toBe('')
    }
  })

  test('other methods are refused', async () => {
    await start()
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await session().fetch('app://lab/', method)).status).toBe(405)
  })

  test('goes nowhere, opens nothing, holds no other contents', async () => {
    const { webContents } = await start()
    for (const url of [
      'https://example.org/',
      'file:///etc/passwd',
      'app://report/',
      'app://lab/assets/x.js',
      'javascript:0',
      'no url',
    ]) {
      expect(webContents.isKeptFrom('will-navigate', url), url).toBe(true)
      expect(webContents.openHandler?.({ url })).toEqual({ action: 'deny' })
      expect(webContents.isKeptFrom('will-redirect', url)).toBe(true)
      expect(webContents.isKeptFrom('will-frame-navigate', url, false)).toBe(true)
      expect(webContents.isKeptFrom('will-attach-webview', url)).toBe(true)
    }
    expect(webContents.openHandler?.({ url: 'app://lab/' })).toEqual({ action: 'deny' })
    // Loading itself again is the one way that is open.
    expect(webContents.isKeptFrom('will-navigate', 'app://lab/')).toBe(false)
  })

  test('has no permission but the clipboard, and that for itself alone', async () => {
    await start()
    const ask = (permission: string, url: string, isMainFrame = true): boolean[] => {
      let isGranted: unknown = null
      session().permissionRequest?.(
        ...([
          {},
          permission,
          (answer: boolean) => (isGranted = answer),
          { requestingUrl: url, isMainFrame },
        ] as never[]),
      )
      const isChecked = session().permissionCheck?.(...([{}, permission, url, { isMainFrame }] as never[]))
      return [isGranted as boolean, isChecked as boolean]
    }
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'openExternal',
      'fullscreen',
      'pointerLock',
      'midi',
      'hid',
      'usb',
      'serial',
      'fileSystem',
      'unknown',
    ])
      expect(ask(permission, 'app://lab/'), permission).toEqual([false, false])
    for (const permission of ['clipboard-read', 'clipboard-sanitized-write']) {
      expect(ask(permission, 'app://lab/')).toEqual([true, true])
      expect(ask(permission, 'app://lab/', false)).toEqual([false, false])
      expect(ask(permission, 'https://example.org/')).toEqual([false, false])
    }
    expect(session().devicePermission?.()).toBe(false)
    expect(session().spellChecks).toBe(false)
  })

  test('reaches no network, and downloads only what it made itself', async () => {
    await start()
    for (const url of [
      'https://example.org/',
      'http://127.0.0.1/',
      'ws://127.0.0.1/',
      'file:///etc/passwd',
      'ftp://x/',
    ])
      expect(session().isAllowed(url), url).toBe(false)
    for (const url of ['app://lab/', 'blob:app://lab/1', 'data:image/png;base64,'])
      expect(session().isAllowed(url)).toBe(true)
    const isDownloaded = (url: string): boolean => {
      const event = new StubEvent()
      session().emit('will-download', event, { getURL: () => url })
      return !event.defaultPrevented
    }
    expect(isDownloaded('blob:app://lab/8a1e')).toBe(true)
    for (const url of [
      'blob:https://example.org/1',
      'app://lab/',
      'data:text/plain,x',
      'https://example.org/',
    ])
      expect(isDownloaded(url), url).toBe(false)
  })
})

describe('requests', () => {
  test('all channels of the contract are served, and no other', async () => {
    await start()
    expect([...electron.handlers.keys()].sort()).toEqual(CHANNELS.map((channel) => `lab:${channel}`).sort())
  })

  test('nobody is answered but the main frame of the window', async () => {
    const window = await start()
    const foreign = { error: 'Only the window of the lab may ask for this.' }
    const ask = (event: unknown) => electron.invoke('lab:preferences.get', null, event)
    const main = window.webContents.mainFrame
    expect(await ask(electron.senderOf(window))).toMatchObject({ output: { theme: 'system' } })
    expect(await ask(electron.senderOf(window, { url: 'app://lab/' }))).toEqual(foreign)
    expect(await ask(electron.senderOf(window, null))).toEqual(foreign)
    expect(await ask({ sender: { mainFrame: main }, senderFrame: main })).toEqual(foreign)
    for (const url of [
      'https://example.org/',
      'file:///index.html',
      'app://lab.evil.example/',
      'app://x@lab/',
      'app:lab',
      '',
    ]) {
      window.webContents.mainFrame = { url }
      expect(await ask(electron.senderOf(window)), url).toEqual(foreign)
    }
    window.webContents.mainFrame = main
  })

  test('inputs that are not of the contract are refused, with what is wrong', async () => {
    await start()
    const inputs: [string, unknown][] = [
      ['preferences.set', { theme: 'puce' }],
      ['preferences.set', null],
      ['files.open', { id: '../../etc/passwd', path: '/etc/passwd' }],
      ['files.open', {}],
      ['runs.start', { text: 1 }],
      ['library.operations', { id: 'x', fromMs: -1, toMs: 0, max: 1, sessions: null, keys: null }],
      ['exports.save', { id: 'x', format: 'exe' }],
      ['app.about', { x: 1 }],
    ]
    for (const [channel, input] of inputs) {
      expect(await electron.invoke(`lab:${channel}`, input)).toEqual({
        error: expect.stringContaining(`${channel}: `) as string,
      })
    }
  })

  test('the preload script lets names of the contract through and nothing else, and keeps Electron to itself', async () => {
    await start()
    expect(Object.keys(lab)).toEqual(['request', 'on'])
    expect((await lab.request('app.about', null)).dialogs).toBe(true)
    const untyped = lab as unknown as {
      request(name: string, input: unknown): Promise<unknown>
      on(name: string, listener: unknown): unknown
    }
    for (const name of ['no.such', '__proto__', 'constructor', 'lab:app.about'])
      await expect(untyped.request(name, null)).rejects.toThrow('There is no channel')
    expect(() => untyped.on('no.such', () => undefined)).toThrow('There is no event')
    await expect(lab.request('library.report', { id: 'x' })).rejects.toThrow(
      /^This run is not in the library any more\.$/,
    )
    const heard: unknown[][] = []
    const end = lab.on('menu.command', (...all: unknown[]) => heard.push(all))
    electron.menuItem('Save').click?.()
    end()
    electron.menuItem('Save').click?.()
    // The payload alone: the event of Electron would give away its sender.
    expect(heard).toEqual([[{ command: 'file.save' }]])
  })

  test('the theme that is preferred is that of the system dialogs too', async () => {
    await start()
    await electron.invoke('lab:preferences.set', { theme: 'dark' })
    expect(electron.nativeTheme.themeSource).toBe('dark')
  })
})

describe('files', () => {
  test('come and go by the dialogs of the platform', async () => {
    await start()
    expect(await lab.request('files.open', { id: null })).toBeNull()
    const file = await scratch.write('Mine.topology.json', topologyFile())
    electron.openAnswer = { canceled: false, filePaths: [file] }
    const opened = await lab.request('files.open', { id: null })
    expect(opened).toMatchObject({ name: 'Mine', text: topologyFile() })
    expect(electron.asked.at(-1)).toMatchObject({ properties: ['openFile'] })
    const save = { id: null, name: 'Other', text: '{}', stamp: null, force: false }
    expect(await lab.request('files.save', save)).toEqual({ outcome: 'cancelled' })
    electron.saveAnswer = { canceled: false, filePath: scratch.path('Other.topology.json') }
    expect(await lab.request('files.save', save)).toMatchObject({ outcome: 'saved', name: 'Other' })
    expect(electron.asked.at(-1)).toMatchObject({ defaultPath: scratch.path('Other.topology.json') })
    expect(await readFile(scratch.path('Other.topology.json'), 'utf8')).toBe('{}')
  })

  test('that the system names are shown, from the start or a second one', async () => {
    await start()
    const arrived: string[] = []
    lab.on('file.arrived', ({ name }) => void arrived.push(name))
    const file = await scratch.write('Clicked.topology.json', topologyFile())
    electron.app.emit(
      'second-instance',
      {},
      ['replica-lab', '--flag', 'Clicked.topology.json'],
      scratch.folder,
    )
    await expect.poll(() => arrived).toEqual(['Clicked'])
    expect(electron.windows[0].shown).toEqual(['show', 'focus'])
    const event = new StubEvent()
    electron.app.emit('open-file', event, file)
    expect(event.defaultPrevented).toBe(true)
    await expect.poll(() => arrived).toEqual(['Clicked', 'Clicked'])
    electron.app.emit('open-file', event, scratch.path('none.json'))
    await expect.poll(() => electron.messages.at(-1)?.detail).toContain('none.json')
  })
})

describe('runs', () => {
  const ask = { seed: null, durationMs: null, realDisk: false }

  function follow(): RunStatus[] {
    const statuses: RunStatus[] = []
    lab.on('run.status', (status) => void statuses.push(status))
    return statuses
  }

  test('go on in real threads, and their reports are printed and saved', async () => {
    await start()
    const statuses = follow()
    expect(
      await lab.request('runs.start', { ...ask, text: topologyFile(), runtime: 'simulated' }),
    ).toHaveProperty('runId')
    await expect.poll(() => statuses.at(-1)?.state, { timeout: 30_000 }).toBe('done')
    const [entry] = await lab.request('library.list', null)
    expect(entry.operations).toBeGreaterThan(300)
    electron.saveAnswer = { canceled: false, filePath: scratch.path('report.pdf') }
    expect(await lab.request('exports.save', { id: entry.id, format: 'pdf' })).toMatchObject({
      outcome: 'saved',
    })
    expect(await readFile(scratch.path('report.pdf'), 'utf8')).toBe('%PDF-1.7 stub')
    const [, print] = electron.windows
    expect(print.options).toMatchObject({
      show: false,
      webPreferences: { javascript: false, sandbox: true, contextIsolation: true, nodeIntegration: false },
    })
    expect(print.options.webPreferences).not.toHaveProperty('preload')
    expect(print.page?.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline'; img-src data:;/,
    )
    expect(await print.page?.text()).toContain('Three replicas')
    expect(print.options.webPreferences.session?.isAllowed('https://example.org/')).toBe(false)
    expect(print.isDestroyed).toBe(true)
    expect(electron.windows[0].isDestroyed).toBe(false)
  })

  test('quitting with one under way asks, saves the draft, keeps what was measured, leaves no thread', async () => {
    const window = await start()
    const statuses = follow()
    const draft = {
      id: 'd1',
      name: 'Draft',
      text: '{"a":1}',
      fileId: null,
      stamp: null,
      savedAt: '2026-01-01T00:00:00.000Z',
    }
    lab.on('app.closing', () => void lab.request('drafts.put', draft))
    const text = topologyFile({ run: { durationMs: 60_000, seed: 1 } })
    await lab.request('runs.start', { ...ask, text, runtime: 'live' })
    await expect.poll(() => statuses.at(-1)?.share, { timeout: 30_000 }).toBeGreaterThan(0.005)

    electron.messageAnswer = 1
    window.close()
    await expect.poll(() => electron.messages).toMatchObject([{ message: 'A run is under way' }])
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(window.isDestroyed).toBe(false)
    expect(statuses.at(-1)?.state).toBe('running')

    electron.messageAnswer = 0
    window.close()
    await electron.quitted
    expect(window.isDestroyed).toBe(true)
    expect(statuses.at(-1)?.state).toBe('stopped')
    expect(await readdir(data('library'))).not.toHaveLength(0)
    const drafts = await Promise.all(
      (await readdir(data('drafts'))).map((name) => readFile(path.join(data('drafts'), name), 'utf8')),
    )
    expect(drafts.map((text) => (JSON.parse(text) as { name: string }).name)).toEqual(['Draft'])
    expect(JSON.parse(await readFile(data('window.json'), 'utf8'))).toEqual({
      bounds: { x: 40, y: 50, width: 1100, height: 700 },
      isMaximized: false,
    })
    expect(process.getActiveResourcesInfo().filter((name) => name === 'MessagePort')).toHaveLength(
      portsOfTheTestRunner,
    )
  })
  const portsOfTheTestRunner = process
    .getActiveResourcesInfo()
    .filter((name) => name === 'MessagePort').length

  test('a window that does not answer keeps nobody from quitting', async () => {
    const window = await start()
    electron.toPreload.removeAllListeners()
    window.close()
    await electron.quitted
    expect(window.isDestroyed).toBe(true)
  })
})

describe('failures', () => {
  test('are logged, and told once, in a sentence', async () => {
    await start()
    // As Node would call it; emitting it would end the test run.
    const [listener] = process.listeners('unhandledRejection').slice(-1)
    listener(new Error('The first.'), Promise.resolve())
    listener(new Error('The second.'), Promise.resolve())
    expect(electron.errorBoxes).toEqual([
      expect.stringMatching(/^The first\.\n\nDetails are in .*lab\.log\.$/),
    ])
    const log = await readFile(data('lab.log'), 'utf8')
    expect(log).toContain('The first.')
    expect(log).toContain('The second.')
  })

  test('a window whose process died is loaded again, but not for ever', async () => {
    const { webContents } = await start()
    electron.app.emit('render-process-gone', {}, webContents, { reason: 'crashed' })
    expect(webContents.reloads).toBe(1)
    electron.app.emit('render-process-gone', {}, webContents, { reason: 'crashed' })
    expect(webContents.reloads).toBe(1)
    expect(electron.errorBoxes).toHaveLength(1)
  })
})

describe('the built files', () => {
  test.each([
    ['engine', engineProgram(THREADS.engines, 'raft')],
    ['simulation', THREADS.simulation],
    ['analysis', THREADS.analysis],
    ['disk', new URL('disk-thread.mjs', LIBRARY_THREAD)],
    ['library', LIBRARY_THREAD],
    ['command line', new URL('cli.mjs', LIBRARY_THREAD)],
  ])('%s: reaches no Electron and no other entry', (_, entry) => {
    const reached = reachedFrom(entry)
    expect(reached).not.toContain('electron')
    const entries = [...reached].filter((name) => !name.includes('/chunks/'))
    expect(entries).toEqual([entry.href])
  })

  test('the shell brings everything but Electron along', () => {
    const reached = [...reachedFrom(new URL('shell.mjs', LIBRARY_THREAD))]
    expect(reached.filter((name) => !name.startsWith('file:'))).toEqual(['electron'])
    expect(
      reached.filter((name) => name.startsWith('file:') && !name.includes('/shell-chunks/')),
    ).toHaveLength(1)
  })
})
