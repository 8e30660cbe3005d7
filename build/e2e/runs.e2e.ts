import { writeFile } from 'node:fs/promises'
import type { WebSocketRoute } from 'playwright-core'
import { describe, expect } from 'vitest'
import { topologyFile } from '../../main/testing/program.ts'
import { isSkipped, test } from './fixtures.ts'
import type { Host } from './host.ts'

/** Three regions with a replica and a client each; a region alone has no majority for reads of two and writes of two. */
const QUORUM = topologyFile({
  name: 'Quorum',
  regions: [{ id: 'east' }, { id: 'west' }, { id: 'north' }],
  replicas: ['east', 'west', 'north'].map((region) => ({ id: `r-${region}`, region })),
  clients: ['east', 'west', 'north'].map((region) => ({
    id: `c-${region}`,
    region,
    sessions: 4,
    loop: { open: { ratePerS: 40 } },
    timeoutMs: 300,
  })),
  links: { default: { oneWay: { dist: 'constant', value: 4 } } },
  replication: { strategy: 'leaderless', params: { n: 3, r: 2, w: 2 } },
  run: { durationMs: 60_000, seed: 1 },
})

/** What the run has counted so far. */
async function statistics(host: Host) {
  const [status] = await host.window.request('runs.list', null)
  const { statistics } = await host.window.request('runs.past', { runId: status.runId })
  return { status, latest: statistics.at(-1) ?? null }
}

describe.skipIf(isSkipped)('runs', () => {
  test('a partition clicked into a live run costs the minority errors, until it is healed', async ({
    lab,
    page,
    host,
  }) => {
    await writeFile(host.document('Quorum'), QUORUM)
    await lab.open('Quorum')
    await lab.chooseRuntime('Live')
    await lab.run()
    await lab.button('Stop').waitFor()
    const failed = async () => {
      const { latest } = await statistics(host)
      return (latest?.operations.failed ?? 0) + (latest?.operations.unknown ?? 0)
    }
    const done = async () => (await statistics(host)).latest?.operations.ok ?? 0
    await expect.poll(done, { timeout: 60_000 }).toBeGreaterThan(50)
    const before = await failed()

    await lab.node('r-north').click()
    await page.getByRole('menuitem', { name: 'Isolate r-north' }).click()
    const inForce = page.getByRole('list', { name: 'Faults in force' })
    await inForce.getByRole('button', { name: /^Lift/ }).waitFor()
    await expect.poll(failed, { timeout: 60_000 }).toBeGreaterThan(before + 5)

    await inForce.getByRole('button', { name: /^Lift/ }).click()
    await inForce.waitFor({ state: 'detached' })
    const healed = await done()
    await expect.poll(done, { timeout: 60_000 }).toBeGreaterThan(healed + 50)
    await lab.button('Stop').click()
    await lab.untilResults()
    const [entry] = await host.window.request('library.list', null)
    const report = await host.window.request('library.report', { id: entry.id })
    expect(report.operations.failed + report.operations.unknown).toBeGreaterThan(before)
    await lab.chart('Availability')
  })

  test('a window that is loaded again in the middle of a run goes on watching it', async ({
    lab,
    page,
    host,
  }) => {
    await writeFile(host.document('Quorum'), QUORUM)
    await lab.open('Quorum')
    await lab.chooseRuntime('Live')
    await lab.run()
    await expect
      .poll(async () => (await statistics(host)).latest?.operations.ok ?? 0, { timeout: 60_000 })
      .toBeGreaterThan(20)
    await page.reload()
    await lab.button('Stop').waitFor()
    const progress = page.getByRole('progressbar', { name: 'Progress of the run' })
    const first = Number(await progress.getAttribute('aria-valuenow'))
    await expect
      .poll(async () => Number(await progress.getAttribute('aria-valuenow')), { timeout: 60_000 })
      .toBeGreaterThan(first)
    await lab.button('Stop').click()
    await lab.untilResults()
    expect((await statistics(host)).status.state).toBe('stopped')
  })

  test('a connection that breaks is told, mended, and the run under way is watched on', async ({
    lab,
    page,
    host,
  }) => {
    // Between window and lab: broken here, and closed to new attempts until it is let go.
    const sockets: WebSocketRoute[] = []
    let isBroken = false
    let attempts = 0
    await page.routeWebSocket(/\/socket$/, (route) => {
      if (isBroken) {
        attempts++
        void route.close()
        return
      }
      sockets.push(route)
      route.connectToServer()
    })
    await page.reload()
    await writeFile(host.document('Quorum'), QUORUM)
    await lab.open('Quorum')
    await lab.chooseRuntime('Live')
    await lab.run()
    const done = async () => (await statistics(host)).latest?.operations.ok ?? 0
    await expect.poll(done, { timeout: 60_000 }).toBeGreaterThan(20)

    isBroken = true
    for (const socket of sockets) await socket.close()
    const banner = page.getByRole('region', { name: 'Connection' })
    await banner.getByText(/does not answer\. Trying again/).waitFor()
    expect(await lab.violations()).toEqual([])
    const before = attempts
    await banner.getByRole('button', { name: 'Try now' }).click()
    await expect.poll(() => attempts).toBeGreaterThan(before)
    isBroken = false
    await banner.getByText('does not answer').waitFor({ state: 'detached' })

    const progress = page.getByRole('progressbar', { name: 'Progress of the run' })
    const now = async () => Number(await progress.getAttribute('aria-valuenow'))
    const first = await now()
    await expect.poll(now, { timeout: 60_000 }).toBeGreaterThan(first)
    await lab.button('Stop').click()
    await lab.untilResults()
  })

  test('messages that are slow enough are seen on their way, unless nothing is to move', async ({
    lab,
    page,
    host,
  }) => {
    const slow = { ...(JSON.parse(QUORUM) as object), links: { default: { oneWay: 120 } } }
    await writeFile(host.document('Slow'), JSON.stringify(slow))
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    await lab.open('Slow')
    await lab.chooseRuntime('Live')
    await lab.run()
    const dots = page.locator('svg.dots path[opacity="1"]')
    await expect.poll(() => dots.count(), { timeout: 60_000 }).toBeGreaterThan(0)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await expect.poll(() => dots.count(), { timeout: 60_000 }).toBe(0)
    await lab.button('Stop').click()
    await lab.untilResults()
  })

  test('the keyboard alone is enough: from nothing to a chart', async ({ lab, page }) => {
    const press = (keys: string) => page.keyboard.press(keys)
    /** What has the focus, by role and name as somebody hears it. */
    const focused = () =>
      page.evaluate<string>(
        `document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? ''`,
      )
    const tabTo = async (name: RegExp) => {
      for (let i = 0; i < 80; i++) {
        if (name.test(await focused())) return
        await press('Tab')
      }
      throw new Error(`no way by Tab to ${String(name)}`)
    }
    await tabTo(/^New topology$/)
    await press('Enter')
    await lab.tab('Design').and(page.locator('[aria-selected=true]')).waitFor()
    await tabTo(/^3 replicas, 3 regions$/)
    await press('Enter')
    await expect.poll(() => page.locator('.vue-flow__node-replica').count()).toBe(3)
    await tabTo(/^Client$/)
    await press('Enter')
    // From pane to pane, and back.
    const panes: string[] = []
    for (let i = 0; i < 5; i++) {
      await press('F6')
      panes.push(await focused())
    }
    expect(panes).toContain('Canvas')
    expect(new Set(panes).size).toBe(5)
    await press('Shift+F6')
    expect(await focused()).toBe(panes[3])
    // The palette finds what has no key.
    await press('Control+k')
    await page.keyboard.type('go to run')
    await press('Enter')
    await lab.tab('Run').and(page.locator('[aria-selected=true]')).waitFor()
    await press('Control+Enter')
    await lab.untilResults()
    await lab.chart('Latency')
  })

  test('and so it is for composing: added, linked, given a strategy, undone, run, exported', async ({
    lab,
    page,
  }) => {
    const press = (keys: string) => page.keyboard.press(keys)
    /** By the palette; `found` is what must stand first in it. */
    const command = async (typed: string, found: RegExp) => {
      await press('Control+k')
      await page.keyboard.type(typed)
      await page.getByRole('option', { name: found }).and(page.locator('[aria-selected=true]')).waitFor()
      await press('Enter')
    }
    await command('new topology', /New topology/)
    await lab.tab('Design').and(page.locator('[aria-selected=true]')).waitFor()
    // Faults has nothing to do with replicas, but the palette has.
    await press('Alt+2')
    await lab.tab('Faults').and(page.locator('[aria-selected=true]')).waitFor()
    await command('3 replicas, 1 region', /^Design Add: 3 replicas, 1 region/)
    await expect.poll(() => page.locator('.vue-flow__node-replica').count()).toBe(3)
    const isOnCanvas = () => page.evaluate<boolean>(`document.activeElement?.ariaLabel === 'Canvas'`)
    for (let i = 0; i < 6 && !(await isOnCanvas()); i++) await press('F6')
    await press('Escape')
    for (const keys of ['PageDown', 'PageDown', 'Shift+PageDown']) await press(keys)
    await press('Control+Shift+l')
    const links = page.locator('.vue-flow__edge')
    await expect.poll(() => links.count()).toBe(1)
    await press('Control+z')
    await expect.poll(() => links.count()).toBe(0)
    await press('Control+Shift+z')
    await expect.poll(() => links.count()).toBe(1)
    await press('Escape')
    await command('strategy raft', /^Design Strategy: .*Raft/)
    await expect
      .poll(() => page.getByRole('combobox', { name: 'Strategy', exact: true }).innerText())
      .toMatch(/Raft/)
    await press('Control+Enter')
    await lab.untilResults()
    await press('Alt+1')
    await lab.tab('Design').and(page.locator('[aria-selected=true]')).waitFor()
    const download = page.waitForEvent('download')
    await command('export csv', /^Results Export report: Tables/)
    expect((await download).suggestedFilename()).toMatch(/\.csv$/)
    await lab.tab('Results').and(page.locator('[aria-selected=true]')).waitFor()
  })
})
