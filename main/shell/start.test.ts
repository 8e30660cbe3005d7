import { spawn } from 'node:child_process'
import { chmod, mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Scratch } from '../testing/program.ts'

const START = fileURLToPath(new URL('../../out/start.mjs', import.meta.url))

let scratch: Scratch
beforeEach(async () => {
  scratch = await Scratch.make()
})
afterEach(() => scratch.dispose())

/** Starts the lab with these variables; once it prints its address, or at its end, says all it printed and stops it. */
async function start(
  env: Record<string, string>,
): Promise<{ out: string; err: string; code: number | null }> {
  const child = spawn(process.execPath, [START], {
    // Nothing is found on this path: no desktop is asked to open anything.
    env: {
      PATH: scratch.folder,
      HOME: scratch.folder,
      XDG_DATA_HOME: scratch.folder,
      LAB_NO_FETCH: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  const isUp = () => out.includes('http://') && err.includes('Ctrl-C ends it')
  let hasLooked = false
  const look = async () => {
    if (!isUp() || hasLooked) return
    hasLooked = true
    const address = /http:\S+/.exec(out)?.[0] ?? ''
    const welcome = await fetch(address, { redirect: 'manual' })
    out += `(answered ${welcome.status})`
    child.kill('SIGTERM')
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => ((out += text), void look()))
  child.stderr.setEncoding('utf8').on('data', (text: string) => ((err += text), void look()))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { out, err, code }
}

/** A stand-in for Electron's runtime: a folder with a program that does this. */
async function runtime(script: string): Promise<string> {
  await mkdir(scratch.path('dist'))
  const program = await scratch.write('dist/electron', `#!/bin/sh\n${script}\n`)
  await chmod(program, 0o755)
  return scratch.path('dist')
}

describe.skipIf(process.platform !== 'linux')('npm start', () => {
  test('serves to the browser where there is no display, and says so', async () => {
    const { out, err } = await start({})
    expect(err).toContain(
      'There is no display here to open a window on. The lab is served to your browser instead.\n',
    )
    expect(out).toContain('(answered 303)')
  })

  test('serves to the browser where the runtime is missing and may not be fetched', async () => {
    const { out, err } = await start({ DISPLAY: ':99', ELECTRON_OVERRIDE_DIST_PATH: scratch.path('none') })
    expect(err).toContain("Electron's runtime is not here, and LAB_NO_FETCH=1 keeps it from being fetched.")
    expect(out).toContain('(answered 303)')
  })

  test('opens the window with the built shell, and ends when it does', async () => {
    const dist = await runtime(`echo "window: $1"`)
    const { out, err, code } = await start({ DISPLAY: ':99', ELECTRON_OVERRIDE_DIST_PATH: dist })
    expect(out).toMatch(/^window: .*out\/main\/shell\.mjs\n$/)
    expect(err).toBe('')
    expect(code).toBe(0)
  })

  test('serves to the browser where the window cannot be opened', async () => {
    const dist = await runtime('exit 1')
    const { out, err } = await start({ DISPLAY: ':99', ELECTRON_OVERRIDE_DIST_PATH: dist })
    expect(err).toContain('Electron could not open a window. The lab is served to your browser instead.\n')
    expect(out).toContain('(answered 303)')
  })
})
