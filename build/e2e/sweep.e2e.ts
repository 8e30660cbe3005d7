import { readFile, writeFile } from 'node:fs/promises'
import type { Download, Locator } from 'playwright-core'
import { describe, expect } from 'vitest'
import type { Sweep } from '../../shared/report/sweep/types.ts'
import { topologyFile } from '../../main/testing/program.ts'
import { isSkipped, test } from './fixtures.ts'

const FILE = topologyFile({
  name: 'Quorums',
  links: { default: { oneWay: { dist: 'exponential', meanMs: 5 } } },
})

describe.skipIf(isSkipped)('sweeps', () => {
  test('quorums are varied, seen, exported, and one of them is opened to be gone on with', async ({
    lab,
    page,
    host,
  }) => {
    await writeFile(host.document('Quorums'), FILE)
    await lab.open('Quorums')
    await lab.go('Sweep')
    const picker = page.getByRole('combobox', { name: 'Add a setting to vary' })
    // By name, and by path.
    await picker.fill('params.r')
    await page.getByRole('option').first().click()
    await picker.fill('$.replication.params.w')
    await picker.press('Enter')
    const values = page.getByRole('textbox', { name: /^Values of/ })
    // It begins with what the file says.
    expect(await values.first().inputValue()).toBe('1')
    await values.first().fill('1, 1')
    await page.getByText('$.replication.params.r names the value 1 twice.').waitFor()
    expect(await lab.button('Run the sweep').isDisabled()).toBe(true)
    await values.first().fill('1, 2')
    await values.last().fill('1, 3, 4')
    // What a file may not have is told before anything runs.
    await page.getByText('4 combinations × 3 seeds = 12 runs').waitFor()
    await page.getByText('2 combinations left out').click()
    await page
      .getByText(/^\$\.replication\.params\.w: /)
      .first()
      .waitFor()
    expect(await lab.violations()).toEqual([])

    await lab.button('Run the sweep').click()
    await page.getByText('4 combinations with 3 seeds each (1 to 3): median and range.').waitFor()
    const table = page.getByRole('region', { name: 'Combinations and their figures' })
    const first = table.getByRole('row').nth(1)
    const sort = table.getByRole('button', { name: 'write.latency.p99' })
    await sort.click()
    expect(await first.locator('td').nth(1).textContent()).toContain('1')
    await sort.click()
    expect(await first.locator('td').nth(1).textContent()).toContain('3')
    await lab.chart('read.latency.p99 against write.latency.p99')
    await lab.chart('stale.fraction by')
    await page.getByRole('heading', { name: 'Quorums', level: 2 }).scrollIntoViewIfNeeded()
    expect(await lab.violations()).toEqual([])

    // A reload finds it again.
    await page.reload()
    await table.waitFor()

    const exported = async (format: RegExp): Promise<{ name: string; text: string }> => {
      await lab.button('Export sweep').click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: format }).click(),
      ])
      return { name: download.suggestedFilename(), text: await textOf(download) }
    }
    const json = await exported(/JSON/)
    expect(json.name).toBe('Quorums sweep.json')
    const sweep = JSON.parse(json.text) as Sweep
    expect(sweep.rows.map(({ set, runs }) => [...set, runs])).toEqual([
      [1, 1, 3],
      [1, 3, 3],
      [2, 1, 3],
      [2, 3, 3],
    ])
    const csv = (await exported(/CSV/)).text.trim().split('\r\n')
    expect(csv.map((line) => line.split(',').length)).toEqual(Array.from({ length: 5 }, () => 21))
    expect((await exported(/Markdown/)).text).toMatch(/^# Quorums\n/)
    const html = (await exported(/HTML/)).text
    expect(html).toMatch(/^<!doctype html>/i)
    expect(html.match(/<svg /g)?.length).toBeGreaterThan(2)

    await page.getByRole('button', { name: 'Open r = 2, w = 3 as a topology' }).click()
    await lab.tab('Design').and(page.locator('[aria-selected=true]')).waitFor()
    await page.keyboard.press('Control+j')
    const text = page.getByRole('textbox', { name: 'Topology file as JSON' })
    const params = async (): Promise<unknown> =>
      (JSON.parse(await text.inputValue()) as { replication: { params: unknown } }).replication.params
    expect(await params()).toEqual({ n: 3, r: 2, w: 3 })
    await page.getByText(', unsaved').waitFor()
    // One step back is the file whose settings were varied.
    await lab.button('Undo').click()
    expect(await params()).toEqual({ n: 3, r: 1, w: 1 })

    // A point of a trade opens what its row opens, once what is not saved may go.
    await lab.go('Sweep')
    const trade = await lab.chart('read.latency.p99 against write.latency.p99')
    const place = await pointOf(trade, 'r = 2, w = 1')
    await page.mouse.click(place.x, place.y)
    await page.getByRole('dialog', { name: 'Unsaved changes' }).getByText('Discard changes').click()
    await lab.tab('Design').and(page.locator('[aria-selected=true]')).waitFor()
    await page.keyboard.press('Control+j')
    expect(await params()).toEqual({ n: 3, r: 2, w: 1 })
  })

  test('one that is stopped keeps the runs that are done, and goes on over a reload', async ({
    lab,
    page,
    host,
  }) => {
    await writeFile(host.document('Long'), topologyFile({ name: 'Long' }))
    await lab.open('Long')
    await lab.go('Sweep')
    await page.getByRole('combobox', { name: 'Add a setting to vary' }).fill('$.run.durationMs')
    await page.getByRole('option').last().click()
    await page.getByRole('textbox', { name: /^Values of/ }).fill('100, 7200000, 7200001')
    await page.getByLabel('Seeds', { exact: true }).fill('1')
    await lab.button('Run the sweep').click()
    const bar = page.getByRole('progressbar', { name: 'Progress of the sweep' })
    await bar.waitFor()
    await page.reload()
    // The first of them is a third of the whole.
    await expect
      .poll(async () => Number(await bar.getAttribute('aria-valuenow')), { timeout: 15_000 })
      .toBeGreaterThan(33)
    await lab.button('Stop the sweep').click()
    await page.getByText('1 combination, seed 1. Stopped: 2 runs not made.').waitFor()
  })
})

/** Where a chart says that this is: its tooltip names what is pointed at. */
async function pointOf(chart: Locator, name: string): Promise<{ x: number; y: number }> {
  const box = await chart.boundingBox()
  if (box === null) throw new Error('the chart is not in sight')
  for (let y = box.y; y < box.y + box.height; y += 12)
    for (let x = box.x; x < box.x + box.width; x += 12) {
      await chart.page().mouse.move(x, y)
      if ((await chart.getByText(`${name} · click`).count()) > 0) return { x, y }
    }
  throw new Error(`no point is ${name}`)
}

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8')
}
