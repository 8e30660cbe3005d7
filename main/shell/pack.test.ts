import { spawn } from 'node:child_process'
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { extractFile, getRawHeader, listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registry } from '../../shared/protocols/registry.ts'
import { Scratch } from '../testing/program.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PACK = fileURLToPath(new URL('../../out/pack.mjs', import.meta.url))

/** How Electron marks where its fuses are: this sentence, a version, how many there are, and a letter for each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** As Electron is shipped: '0' off, '1' on. */
const SHIPPED = '10110011'

interface Packed {
  code: number | null
  said: string
}

function pack(args: readonly string[], env: Record<string, string>): Promise<Packed> {
  const child = spawn(process.execPath, [PACK, ...args], { env: { ...process.env, ...env } })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })))
}

describe('npm run pack without a runtime', () => {
  test('says so in a line, and fails only where it was required', async () => {
    const env = { ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' }
    const sentence =
      "Not packed: Electron's runtime is not here. `npx install-electron` fetches it; then pack again.\n"
    expect(await pack([], { ...env, LAB_REQUIRE_ELECTRON: '' })).toEqual({ code: 0, said: sentence })
    expect(await pack([], { ...env, LAB_REQUIRE_ELECTRON: '1' })).toEqual({ code: 1, said: sentence })
  })
})

/** The runtime is a stand-in with nothing but its fuses, so what is checked is what the packing itself does. */
describe('the packed app', () => {
  let scratch: Scratch
  let packed: Packed
  const app = (name: string): string => scratch.path(`app/linux-unpacked/${name}`)

  beforeAll(async () => {
    scratch = await Scratch.make()
    await mkdir(scratch.path('dist'))
    const wire = Buffer.concat([
      Buffer.from(`stand-in ${SENTINEL}`, 'latin1'),
      Buffer.from([1, SHIPPED.length]),
      Buffer.from(SHIPPED, 'latin1'),
    ])
    await chmod(await scratch.write('dist/electron', wire), 0o755)
    await mkdir(scratch.path('dist/locales'))
    await scratch.write('dist/locales/en-US.pak', 'words')
    await scratch.write('dist/LICENSE', 'a licence')
    await scratch.write('dist/version', '45.4.1')
    packed = await pack(['--linux', 'dir', '--x64', `--config.directories.output=${scratch.path('app')}`], {
      ELECTRON_OVERRIDE_DIST_PATH: scratch.path('dist'),
    })
  }, 180_000)
  afterAll(() => scratch.dispose())

  test('is made', () => {
    expect(packed, packed.said).toMatchObject({ code: 0 })
  })

  test('has an archive with what was built for the window and nothing else', async () => {
    expect(await readdir(app('resources'))).toEqual(['app.asar'])
    const archive = app('resources/app.asar')
    const files = listPackage(archive, { isPack: false }).map((name) => name.replaceAll('\\', '/'))
    expect(files).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/out/main/shell.mjs',
        '/out/preload/preload.cjs',
        '/out/renderer/index.html',
      ]),
    )
    const strange = files.filter(
      (name) => !/^\/(package\.json|out|out\/(main|preload|renderer)(\/.*)?)$/.test(name),
    )
    expect(strange).toEqual([])
    expect(
      files.filter((name) => /bench|soak|\.code$|\.test\.|\.ts$|\.map$|node_modules/.test(name)),
    ).toEqual([])
    for (const thread of ['simulation', 'analysis', 'disk', 'library'])
      expect(files).toContain(`/out/main/${thread}-thread.mjs`)
    for (const strategy of registry.keys()) expect(files).toContain(`/out/main/engine-${strategy}.cjs`)
    const about = JSON.parse(extractFile(archive, 'package.json').toString()) as Record<string, unknown>
    expect(about).toMatchObject({ main: 'out/main/shell.mjs', type: 'module' })
    expect(about).not.toHaveProperty('scripts')
    expect(about).not.toHaveProperty('devDependencies')
    // Each file carries the hashes that the runtime checks it against.
    expect(getRawHeader(archive).headerString).toMatch(/"integrity":\{"algorithm":"SHA256"/)
  })

  test('has its fuses set', async () => {
    const wire = (await getCurrentFuseWire(app('replica-lab'))) as unknown as Record<number, number>
    // The wire holds the letters themselves.
    const [DISABLE, ENABLE] = ['0', '1'].map((letter) => letter.charCodeAt(0))
    expect({
      runAsNode: wire[FuseV1Options.RunAsNode],
      cookieEncryption: wire[FuseV1Options.EnableCookieEncryption],
      nodeOptions: wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable],
      nodeCliInspect: wire[FuseV1Options.EnableNodeCliInspectArguments],
      asarIntegrity: wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation],
      onlyLoadAppFromAsar: wire[FuseV1Options.OnlyLoadAppFromAsar],
      fileProtocolPrivileges: wire[FuseV1Options.GrantFileProtocolExtraPrivileges],
    }).toEqual({
      runAsNode: DISABLE,
      cookieEncryption: ENABLE,
      nodeOptions: DISABLE,
      nodeCliInspect: DISABLE,
      asarIntegrity: ENABLE,
      onlyLoadAppFromAsar: ENABLE,
      fileProtocolPrivileges: DISABLE,
    })
  })

  test('the configuration names no place outside the project', async () => {
    const text = await readFile(`${root}build/electron/electron-builder.yml`, 'utf8')
    expect(text).not.toMatch(/\.\.\/|asarUnpack|extraResources|extraFiles/)
  })
})
