import { fileURLToPath } from 'node:url'
import { _electron } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Scratch } from '../../main/testing/program.ts'
import { electronProgram } from '../electron/runtime.ts'
import { watchErrors } from './browser.ts'
import { LabPage } from './lab-page.ts'

const SHELL = fileURLToPath(new URL('../../out/main/shell.mjs', import.meta.url))

/** Why the window itself cannot be opened on this machine, or null. */
function obstacle(): string | null {
  if (electronProgram() === null) return "Electron's runtime is not here: `npx install-electron` fetches it."
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  const hasDisplay = process.platform !== 'linux' || Boolean(DISPLAY ?? WAYLAND_DISPLAY)
  return hasDisplay ? null : 'There is no display here: xvfb-run gives one.'
}

const reason = obstacle()
if (reason !== null && process.env.LAB_REQUIRE_ELECTRON !== '1')
  console.warn(`SKIPPED: the desktop app itself. ${reason}`)

describe.skipIf(reason !== null && process.env.LAB_REQUIRE_ELECTRON !== '1')('the desktop app', () => {
  test('opens a preset, runs it, shows its charts, and quits', async () => {
    expect(reason).toBeNull()
    const scratch = await Scratch.make()
    // Root has no user to be sandboxed as.
    const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const app = await _electron.launch({
      executablePath: electronProgram() ?? '',
      args: [...flags, SHELL],
      env: {
        ...(process.env as Record<string, string>),
        XDG_DATA_HOME: scratch.folder,
        HOME: scratch.folder,
      },
    })
    try {
      const page = await app.firstWindow()
      const errors = watchErrors(page)
      const lab = new LabPage(page)
      await page.getByRole('button', { name: 'Skip' }).click()
      await page.getByRole('article').getByRole('button').first().click()
      await lab.run()
      await lab.untilResults()
      for (const beginning of ['Latency', 'Staleness', 'Throughput', 'Availability'])
        await lab.chart(beginning)
      expect(new URL(page.url()).protocol).toBe('app:')
      expect(errors).toEqual([])
    } finally {
      await app.close()
      await scratch.dispose()
    }
  })
})
