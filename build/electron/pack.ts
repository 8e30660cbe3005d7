import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { electronProgram } from './runtime.ts'

/**
 * `npm run pack`: the app, unpacked, in `reports/desktop`. Other arguments go to electron-builder: `npm run pack --
 * --linux deb`. Without Electron's runtime it says so, which is a failure only where `LAB_REQUIRE_ELECTRON=1`.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const program = electronProgram()

if (program === null) {
  process.stderr.write(
    "Not packed: Electron's runtime is not here. `npx install-electron` fetches it; then pack again.\n",
  )
  process.exitCode = process.env.LAB_REQUIRE_ELECTRON === '1' ? 1 : 0
} else {
  const args = process.argv.slice(2)
  const builder = path.join(
    path.dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')),
    'cli.js',
  )
  const { status } = spawnSync(
    process.execPath,
    [
      builder,
      ...(args.length === 0 ? ['--dir'] : args),
      '--config',
      'build/electron/electron-builder.yml',
      `--config.electronDist=${path.dirname(program)}`,
    ],
    { cwd: root, stdio: 'inherit' },
  )
  process.exitCode = status ?? 1
}
