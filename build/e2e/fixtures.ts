import type { Browser, Page } from 'playwright-core'
import { expect, inject, test as base } from 'vitest'
import { launch, watchErrors } from './browser.ts'
import { Host } from './host.ts'
import { LabPage } from './lab-page.ts'

interface Fixtures {
  browser: Browser
  host: Host
  page: Page
  lab: LabPage
}

/** Where there is no Chromium, `setup.ts` has said why these are skipped. */
export const isSkipped = inject('chromium') === null

/**
 * A lab of its own for each test, shown in a fresh browser profile. A test fails too where the page had an error of any
 * kind, or where its policy was violated.
 */
export const test = base.extend<Fixtures>({
  browser: [
    // eslint-disable-next-line no-empty-pattern -- vitest reads from the pattern what is needed: nothing
    async ({}, use) => {
      const browser = await launch(inject('chromium') ?? '')
      await use(browser)
      await browser.close()
    },
    { scope: 'file' },
  ],
  // eslint-disable-next-line no-empty-pattern
  host: async ({}, use) => {
    const host = await Host.start(inject('program'))
    await use(host)
    await host.stop()
  },
  page: async ({ browser, host }, use) => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: 'light',
      reducedMotion: 'reduce',
      acceptDownloads: true,
    })
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    const errors = watchErrors(page)
    await page.goto(host.url)
    await page.getByRole('heading', { name: 'Replica Lab', level: 1 }).waitFor()
    await use(page)
    await context.close()
    expect([...new Set(errors)]).toEqual([])
  },
  lab: ({ page }, use) => use(new LabPage(page)),
})
