import { writeFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { topologyFile } from '../../main/testing/program.ts'
import { isSkipped, test } from './fixtures.ts'

/** One replica: the battery has no partition to try, and is over soonest. */
const ONE = topologyFile({
  name: 'One server',
  replicas: [{ id: 'r1', region: 'east' }],
  clients: [{ id: 'c1', region: 'east', sessions: 4, loop: { open: { ratePerS: 40 } } }],
  replication: { strategy: 'leaderless', params: { n: 1, r: 1, w: 1 } },
})

describe.skipIf(isSkipped)('datasheets', () => {
  test('made, stopped, made again, exported; of an older version once the topology has changed', async ({
    lab,
    page,
    host,
  }) => {
    await writeFile(host.document('One'), ONE)
    await lab.open('One')
    await lab.go('Datasheet')
    await page.getByRole('switch', { name: 'Quick' }).check()
    await lab.button('Make a datasheet').click()
    await page.getByRole('progressbar', { name: 'Progress of the datasheet' }).waitFor()
    await lab.button('Stop measuring').click()
    await lab.button('Make a datasheet').waitFor()
    await lab.go('Design')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('datasheet quick')
    await page
      .getByRole('option', { name: /Make a datasheet, quick/ })
      .and(page.locator('[aria-selected=true]'))
      .waitFor()
    await page.keyboard.press('Enter')
    await lab.button('Export datasheet').waitFor({ timeout: 120_000 })
    await page.getByRole('region', { name: 'Class' }).getByText('CA', { exact: true }).waitFor()
    await page.getByRole('img', { name: /^Visibility/ }).waitFor()
    expect(await lab.violations()).toEqual([])

    await lab.button('Export datasheet').click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /HTML/ }).click(),
    ])
    expect(download.suggestedFilename()).toBe('One server datasheet.html')

    // What is measured is another topology once a replica writes more slowly.
    const relation = page.getByText('This is of an older version of the open topology')
    expect(await relation.count()).toBe(0)
    await lab.go('Design')
    await page.keyboard.press('Control+j')
    const text = page.getByRole('textbox', { name: 'Topology file as JSON' })
    await text.fill(JSON.stringify({ ...(JSON.parse(ONE) as object), run: { durationMs: 2000, seed: 1 } }))
    await lab.go('Datasheet')
    await relation.waitFor()
  })
})

describe.skipIf(isSkipped)('records from elsewhere', () => {
  test("Jepsen's EDN shows its verdict and its operations, and a bound of one's own is judged", async ({
    lab,
    page,
  }) => {
    await lab.go('Results')
    const edn = [
      '{:process 0, :type :invoke, :f :write, :value 1, :time 1000000, :index 0}',
      '{:process 0, :type :ok, :f :write, :value 1, :time 2000000, :index 1}',
      '{:process 1, :type :invoke, :f :read, :value nil, :time 3000000, :index 2}',
      '{:process 1, :type :ok, :f :read, :value nil, :time 4000000, :index 3}',
    ].join('\n')
    await page.locator('input[type=file]').setInputFiles({
      name: 'register.edn',
      mimeType: 'application/edn',
      buffer: Buffer.from(edn),
    })
    await page.getByRole('heading', { name: 'register', level: 2 }).waitFor()
    await page.getByText('A record of the model "register"').first().waitFor()
    await page.getByRole('button', { name: 'Why linearizable is violated' }).waitFor()
    const asked = page.getByRole('group', { name: 'Judge by another guarantee' })
    await asked.getByLabel('Versions').fill('3')
    await asked.getByRole('button', { name: 'Judge' }).click()
    await asked.getByText('k-atomic:3').waitFor()
    await lab.button('Show as a table').last().click()
    await page.getByRole('region', { name: 'Operations as a table' }).getByText('=1').waitFor()
    expect(await lab.violations()).toEqual([])
  })
})
