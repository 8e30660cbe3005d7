import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { isSkipped, test } from './fixtures.ts'
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
  'palette-light',
]

/**
 * `LAB_SCREENSHOTS=FOLDER` takes pictures on the way: those of the user guide, which `npm run screenshots` renews; with
 * `LAB_SIZE=1920x1080`, of every screen, at that size.
 */
const { LAB_SCREENSHOTS: pictures, LAB_SIZE: size } = process.env
const isGuide = pictures !== undefined && size === undefined
/** Screens of which what stands below the first figures belongs to the picture. */
const TALL_ONES = ['results', 'compare', 'datasheet']
const TALL = 980
const DRAWN_WITHIN_MS = 30_000
const [width, height] = (size ?? (isGuide ? '1120x660' : '1280x800')).split('x').map(Number)

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
          await expect
            .poll(() => page.locator('.picture:not(:has(img))').count(), { timeout: DRAWN_WITHIN_MS })
            .toBe(0)
          // The map alone: what stands beside it is in other pictures.
          const shown = isGuide && name === 'design-map' ? page.getByRole('application') : page
          await shown.screenshot({ path: path.join(pictures, `${picture}.png`) })
          await page.setViewportSize({ width, height })
        }
        const violations = await lab.violations()
        if (violations.length > 0) found[name] = violations
      })
      expect(found).toEqual({})
    })
  }
})
