import { readFile } from 'node:fs/promises'
import type { Download } from 'playwright-core'
import { describe, expect } from 'vitest'
import { isSkipped, test } from './fixtures.ts'

async function bytesOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8')
}

describe.skipIf(isSkipped)('from a file to its figures', () => {
  test('a preset is opened, runs in virtual time, and its charts show data', async ({ lab, page }) => {
    await page.getByRole('article').first().waitFor()
    await page.getByRole('article').getByRole('button').first().click()
    await lab.run()
    await lab.untilResults()
    for (const beginning of ['Latency', 'Staleness', 'Throughput', 'Availability']) {
      const chart = await lab.chart(beginning)
      await expect.poll(() => chart.locator('img').count(), { message: beginning }).toBeGreaterThan(0)
    }
    await expect.poll(() => page.getByRole('region', { name: 'Summary' }).innerText()).toMatch(/\d/)

    const chart = await lab.chart('Latency over time')
    const box = await chart.boundingBox()
    if (box === null) throw new Error('the chart is not in sight')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x, y)
    await chart.getByText('read p99').waitFor()
    const whole = await chart.locator('img').getAttribute('src')
    await page.mouse.down()
    await page.mouse.move(x + 60, y, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => chart.locator('img').getAttribute('src')).not.toBe(whole)
    await lab.button('Show all again').first().click()
    await expect.poll(() => chart.locator('img').getAttribute('src')).toBe(whole)
    expect(await lab.button('Show all again').count()).toBe(0)
  })

  test('a topology is composed by mouse, saved, opened again, and is the same file', async ({
    lab,
    page,
    host,
  }) => {
    await lab.button('New topology').first().click()
    const canvas = page.getByLabel('Canvas')
    const palette = page.getByRole('group', { name: 'Palette' })
    const drag = (item: string, x: number, y: number) =>
      palette.getByRole('button', { name: item, exact: true }).dragTo(canvas, { targetPosition: { x, y } })
    await drag('Region', 120, 100)
    for (const [i, y] of [130, 210, 290].entries()) {
      await drag('Replica', 220, y)
      await expect.poll(() => page.locator('.vue-flow__node-replica').count()).toBe(i + 1)
    }
    await drag('Client', 420, 210)
    await page.keyboard.press('Escape')
    // Dragged by five pixels it goes to the grid, unless Alt is held or nothing snaps.
    const offGrid = async (alt: boolean): Promise<number> => {
      const client = page.locator('.vue-flow__node-client')
      const box = await client.boundingBox()
      if (box === null) throw new Error('the client is not in sight')
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
      if (alt) await page.keyboard.down('Alt')
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x + 13, y, { steps: 13 })
      await page.mouse.up()
      if (alt) await page.keyboard.up('Alt')
      await page.keyboard.press('Escape')
      const style = (await client.getAttribute('style')) ?? ''
      return Number(/translate\((-?[\d.]+)px/.exec(style)?.[1]) % 8
    }
    expect(await offGrid(false)).toBe(0)
    expect(await offGrid(true)).not.toBe(0)
    const snap = page.getByRole('button', { name: /^Snap to the grid/ })
    await snap.click()
    expect(await snap.getAttribute('aria-pressed')).toBe('false')
    await snap.click()
    expect(await offGrid(false)).toBe(0)
    await canvas.click({ position: { x: 5, y: 5 } })
    await lab.choose('Strategy', /Raft/)
    await lab.choose('Read level', /^Linearizable/)
    await lab.saveAs('Composed')
    const saved = await readFile(host.document('Composed'), 'utf8')
    expect((await host.window.request('topology.check', { text: saved })).problems).toEqual([])
    expect((JSON.parse(saved) as { replicas: unknown[] }).replicas).toHaveLength(3)
    expect(JSON.parse(saved)).toMatchObject({
      replication: { strategy: 'raft' },
      consistency: { read: 'linearizable' },
    })

    await lab.goHome()
    await page.reload()
    await lab.open('Composed')
    await expect.poll(() => page.locator('.vue-flow__node-replica').count()).toBe(3)
    await lab.save()
    expect(await readFile(host.document('Composed'), 'utf8')).toBe(saved)
  })

  test('fifty edits are undone and done again to the byte', async ({ lab, page, host }) => {
    await lab.button('New topology').first().click()
    await lab.saveAs('Undone')
    const bytes = () => readFile(host.document('Undone'), 'utf8')
    const before = await bytes()
    await lab.button('3 replicas, 3 regions').click()
    // Fresh replicas, layouts of all, and what is marked removed or doubled: edits of every kind.
    const focus = () => page.getByLabel('Canvas').click({ position: { x: 5, y: 5 } })
    for (let i = 0; i < 10; i++) {
      await page
        .getByRole('group', { name: 'Palette' })
        .getByRole('button', { name: 'Replica', exact: true })
        .click()
      await page
        .getByRole('group', { name: 'Palette' })
        .getByRole('button', { name: 'Client', exact: true })
        .click()
      await page.keyboard.press('Control+d')
      await page
        .getByRole('group', { name: 'Palette' })
        .getByRole('button', { name: 'Region', exact: true })
        .click()
      await focus()
      await page.keyboard.press('Control+a')
      await page.keyboard.press('ArrowRight')
    }
    await lab.save()
    const after = await bytes()
    expect(after).not.toBe(before)
    const times = async (keys: string, isDone: () => Promise<boolean>) => {
      let count = 0
      while (!(await isDone()) && count < 200) {
        await page.keyboard.press(keys)
        count++
      }
      return count
    }
    const isDisabled = (name: string) => () => lab.button(name).first().isDisabled()
    expect(await times('Control+z', isDisabled('Undo'))).toBeGreaterThanOrEqual(50)
    await lab.save()
    expect(await bytes()).toBe(before)
    expect(await times('Control+Shift+z', isDisabled('Redo'))).toBeGreaterThanOrEqual(50)
    await lab.save()
    expect(await bytes()).toBe(after)
  })

  test('each view of a report is downloaded and parses', async ({ lab, page, host }) => {
    await page.getByRole('article').getByRole('button').first().click()
    await lab.run()
    await lab.untilResults()
    const fetch = async (item: RegExp): Promise<string> => {
      await lab.button('Export report').click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: item }).click(),
      ])
      return bytesOf(download)
    }
    const html = await fetch(/HTML/)
    expect(html).toMatch(/^<!doctype html>/i)
    expect(html).toContain('<svg')
    const report = JSON.parse(await fetch(/for programs/)) as Record<string, unknown>
    expect(report).toHaveProperty('topology')
    const csv = (await fetch(/CSV/)).split('\n')
    expect(csv.length).toBeGreaterThan(20)
    expect(await fetch(/Markdown/)).toMatch(/^# /)
    const lines = (await fetch(/JSONL/)).trim().split('\n')
    expect(lines.length).toBeGreaterThan(100)
    for (const line of lines) JSON.parse(line)
    const { problems } = await host.window.request('topology.check', {
      text: await fetch(/topology that ran/),
    })
    expect(problems).toEqual([])
    await lab.button('Export report').click()
    await page.getByRole('menuitem', { name: /PDF/ }).click()
    await page.getByText('A browser prints PDF itself').waitFor()
  })
})
