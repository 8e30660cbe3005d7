import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { isSkipped, test } from './fixtures.ts'
import type { LabPage } from './lab-page.ts'
import { visitScreens } from './screens.ts'

/** What the user guide shows. */
const GUIDE = [
  'home-light',
  'design-light',
  'design-map-light',
  'faults-light',
  'run-live-dark',
  'results-light',
  'compare-dark',
  'datasheet-light',
  'sweep-light',
  'palette-light',
]

/**
 * `LAB_SCREENSHOTS=FOLDER` takes pictures on the way: those of the user guide, which `npm run screenshots` renews; with
 * `LAB_SIZE=1920x1080`, of every screen, at that size.
 */
const { LAB_SCREENSHOTS: pictures, LAB_SIZE: size } = process.env
const isGuide = pictures !== undefined && size === undefined
/** Screens of which what stands below the first figures belongs to the picture. */
const TALL_ONES = ['results', 'compare', 'datasheet', 'sweep']
const TALL = 980
const DRAWN_WITHIN_MS = 30_000
/** Charts in sight that have no picture yet: also those that have only just come near. */
const UNDRAWN = `[...document.querySelectorAll('figure.chart')].filter((chart) =>
  chart.getBoundingClientRect().top < innerHeight && chart.querySelector('img, table') === null).length`
const [width, height] = (size ?? (isGuide ? '1120x660' : '1280x800')).split('x').map(Number)

/** The README shows the report of the run that Results shows, down to the second row of its charts. */
const REPORT = { width: 1200, height: 1000, charts: 4, marginPx: 12 }

async function pictureOfReport({ page }: LabPage, folder: string): Promise<void> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('there is no browser')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('button', { name: 'Export report', exact: true })
      .click()
      .then(() => page.getByRole('menuitem', { name: /HTML/ }).click()),
  ])
  const { width, height, charts, marginPx } = REPORT
  const report = await browser.newPage({ viewport: { width, height }, colorScheme: 'light' })
  await report.setContent(await readFile(await download.path(), 'utf8'))
  const last = await report
    .locator('figure')
    .filter({ has: report.locator('svg') })
    .nth(charts)
    .boundingBox()
  await report.screenshot({
    path: path.join(folder, 'report.png'),
    fullPage: true,
    clip: { x: 0, y: 0, width, height: Math.round((last?.y ?? 0) + (last?.height ?? 0) + marginPx) },
  })
  await report.close()
}

describe.skipIf(isSkipped)('every screen', () => {
  for (const theme of ['light', 'dark'] as const) {
    // Some screens show what a run in real time and a battery of probes have come to.
    test(`is accessible, ${theme}`, { timeout: 300_000 }, async ({ lab, page }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height })
      if (pictures !== undefined) await mkdir(pictures, { recursive: true })
      const found: Record<string, string[]> = {}
      await visitScreens(lab, async (name) => {
        expect(await page.locator('html').getAttribute('data-theme')).toBe(theme)
        const picture = `${name}-${theme}`
        if (pictures !== undefined && (!isGuide || GUIDE.includes(picture))) {
          if (isGuide && TALL_ONES.includes(name)) await page.setViewportSize({ width, height: TALL })
          // Charts are drawn by the lab, which may have other things to do.
          await expect.poll(() => page.evaluate<number>(UNDRAWN), { timeout: DRAWN_WITHIN_MS }).toBe(0)
          // The map alone: what stands beside it is in other pictures.
          const shown = isGuide && name === 'design-map' ? page.getByRole('application') : page
          await shown.screenshot({ path: path.join(pictures, `${picture}.png`) })
          await page.setViewportSize({ width, height })
          if (isGuide && name === 'results') await pictureOfReport(lab, pictures)
        }
        const violations = await lab.violations()
        if (violations.length > 0) found[name] = violations
      })
      expect(found).toEqual({})
    })
  }
})
