import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Locator, Page } from 'playwright-core'

export const TABS = ['Design', 'Faults', 'Run', 'Results', 'Compare', 'Datasheet', 'Sweep'] as const
export type TabName = (typeof TABS)[number]

const axe = (): string => readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The window as somebody sees it who goes by names: no classes, no test ids. */
export class LabPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  tab(name: TabName): Locator {
    return this.page.getByRole('tab', { name })
  }

  /** The chart whose label begins so. Charts are drawn when they come near, so the page is turned until it has. */
  async chart(beginning: string): Promise<Locator> {
    const chart = this.page.getByRole('img', { name: new RegExp(`^${beginning}`) }).first()
    const figures = this.page.getByRole('figure')
    await figures.first().waitFor()
    for (let i = 0; i < (await figures.count()) && (await chart.count()) === 0; i++)
      await figures.nth(i).scrollIntoViewIfNeeded()
    await chart.scrollIntoViewIfNeeded()
    return chart
  }

  async go(name: TabName): Promise<void> {
    await this.tab(name).click()
    await this.tab(name).and(this.page.locator('[aria-selected=true]')).waitFor()
  }

  async goHome(): Promise<void> {
    await this.button('Home').click()
    await this.page.getByRole('heading', { name: 'Replica Lab', level: 1 }).waitFor()
  }

  /** Opens a preset from its card at home. */
  async openPreset(name: string): Promise<void> {
    await this.button(name).click()
    await this.tab('Design').and(this.page.locator('[aria-selected=true]')).waitFor()
  }

  async choose(combo: string, option: string | RegExp): Promise<void> {
    const box = this.page.getByRole('combobox', { name: combo, exact: true })
    await box.click()
    await this.page.getByRole('option', { name: option }).first().click()
  }

  async chooseRuntime(name: 'Simulated' | 'Live'): Promise<void> {
    await this.page.getByRole('radiogroup', { name: 'Runtime' }).getByRole('radio', { name }).check()
  }

  async setDuration(ms: number): Promise<void> {
    await this.go('Run')
    const field = this.page.getByLabel('Duration').first()
    await field.fill(String(ms))
    await field.press('Enter')
  }

  async run(): Promise<void> {
    await this.page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click()
  }

  /** Until the results of the run that is under way are shown. */
  async untilResults(): Promise<void> {
    // A run is analysed and judged before its results are shown.
    const timeout = 60_000
    await this.tab('Results').and(this.page.locator('[aria-selected=true]')).waitFor({ timeout })
    await this.button('Export report').waitFor({ timeout })
  }

  /** Saves for the first time, under this name. */
  async saveAs(name: string): Promise<void> {
    await this.button('Save').first().click()
    const dialog = this.page.getByRole('dialog', { name: 'Save topology' })
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await this.page.getByText(`Saved as “${name}”.`).waitFor()
  }

  /** Saves what was saved before; settles when nothing is left to save. */
  async save(): Promise<void> {
    await this.page.keyboard.press('Control+s')
    await this.page.getByText(', unsaved').waitFor({ state: 'detached' })
  }

  async open(name: string): Promise<void> {
    await this.button('Open').first().click()
    await this.page.getByRole('dialog', { name: 'Open a topology' }).getByRole('button', { name }).click()
    await this.tab('Design').and(this.page.locator('[aria-selected=true]')).waitFor()
  }

  /** A node of the canvas that is shown, by its name. */
  node(id: string): Locator {
    return this.page.locator(`.vue-flow__node[data-id="n-${id}"]`)
  }

  /** What axe finds against WCAG 2.2 A and AA, as sentences. */
  async violations(): Promise<string[]> {
    // Given to the page from outside: the policy lets no script in, and that is as it should be.
    await this.page.evaluate(axe())
    const { violations } = await this.page.evaluate<AxeResults>(`axe.run(document, {
      // It would put style sheets into the page, which the policy keeps out.
      preload: false,
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })`)
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html} ${failureSummary ?? ''}`),
    )
  }
}
