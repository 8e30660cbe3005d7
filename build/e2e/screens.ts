import type { LabPage } from './lab-page.ts'

/** Every screen of the lab in a state worth looking at, by its name in `docs/images`. */
export async function visitScreens(lab: LabPage, visit: (name: string) => Promise<void>): Promise<void> {
  const { page } = lab
  await page.getByRole('article').first().waitFor()
  await visit('home')

  await lab.openPreset('Cassandra, three regions at LOCAL_QUORUM')
  await page.locator('.vue-flow__node').first().waitFor()
  await page
    .getByRole('status', { name: 'Predicted' })
    .getByText(/\d+ ms/)
    .first()
    .waitFor()
  await visit('design')
  await page.locator('.vue-flow__node-replica').first().click()
  await visit('design-replica')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+j')
  await page.getByRole('textbox', { name: 'Topology file as JSON' }).waitFor()
  await visit('design-json')
  await page.keyboard.press('Control+j')
  await lab.button('Layout').click()
  await page.getByRole('menuitem', { name: /world map/i }).click()
  await page.locator('svg.map .land').waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Show everything' }).click()
  await visit('design-map')
  await page.keyboard.press('Control+z')

  await lab.go('Faults')
  await page
    .getByRole('option', { name: /partition/i })
    .first()
    .click()
  await visit('faults')

  // Takes its time, while other screens are looked at.
  await lab.go('Datasheet')
  await page.getByRole('switch', { name: 'Quick' }).check()
  await lab.button('Make a datasheet').click()

  await lab.run()
  await lab.untilResults()
  await lab.chart('Latency')
  await lab.button('Export report').scrollIntoViewIfNeeded()
  await visit('results')
  await page
    .getByRole('button', { name: /^Why .* is violated$/ })
    .first()
    .click()
  // Its picture is loaded when somebody looks into it.
  await page.locator('figure.evidence svg').first().waitFor()
  await visit('results-proof')

  await lab.go('Run')
  await visit('run')

  await lab.go('Compare')
  await page.getByRole('checkbox', { name: /^Compare / }).check()
  await lab.choose('Preset to add', /^Cassandra, three regions at QUORUM/)
  await lab.button('Run and compare').click()
  await page.getByRole('list', { name: 'Runs in the charts' }).waitFor({ timeout: 60_000 })
  await lab.chart('Latency')
  await page.getByRole('region', { name: 'Table of differences' }).scrollIntoViewIfNeeded()
  await visit('compare')

  await lab.go('Run')
  await lab.chooseRuntime('Live')
  await lab.run()
  await page.getByRole('button', { name: 'Stop', exact: true }).waitFor()
  await lab.node('eu-2').click()
  await page.getByRole('menuitem', { name: 'Isolate eu-2' }).click()
  await page.getByRole('list', { name: 'Faults in force' }).waitFor()
  await page.getByRole('button', { name: /^Events/ }).click()
  await page.getByRole('log', { name: 'Events' }).getByText('isolate').first().waitFor()
  // Some seconds of it, so that there is something to see.
  const progress = page.getByRole('progressbar', { name: 'Progress of the run' })
  while (Number(await progress.getAttribute('aria-valuenow')) < 20) await page.waitForTimeout(100)
  await visit('run-live')
  await page.getByRole('button', { name: /^Events/ }).click()
  await lab.button('Stop').click()
  await lab.untilResults()

  await lab.go('Datasheet')
  await lab.button('Export datasheet').waitFor({ timeout: 120_000 })
  await page.getByRole('img', { name: /^Visibility/ }).waitFor()
  await visit('datasheet')

  await lab.go('Sweep')
  const picker = page.getByRole('combobox', { name: 'Add a setting to vary' })
  const values = page.getByRole('textbox', { name: /^Values of/ })
  for (const [path, list] of [
    ['$.replication.params.r', '1, 2'],
    ['$.replication.params.w', '1, 2'],
  ]) {
    await picker.fill(path)
    await picker.press('Enter')
    await values.last().fill(list)
  }
  await page.getByLabel('Seeds', { exact: true }).fill('2')
  await page.getByText('4 combinations × 2 seeds = 8 runs').waitFor()
  await lab.button('Run the sweep').click()
  await lab.button('Export sweep').waitFor({ timeout: 120_000 })
  await lab.chart('read.latency')
  await lab.button('Export sweep').scrollIntoViewIfNeeded()
  await visit('sweep')

  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  await visit('palette')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+,')
  await page.getByRole('dialog', { name: 'Preferences' }).waitFor()
  await visit('preferences')
  await page.keyboard.press('Escape')
}
