import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { isSkipped, test } from './fixtures.ts'
import { visitScreens } from './screens.ts'

/**
 * `LAB_SCREENSHOTS=FOLDER` takes a picture of each screen on the way: `npm run screenshots` renews those of the user
 * guide. `LAB_SIZE=1920x1080` takes them at another size.
 */
const pictures = process.env.LAB_SCREENSHOTS
const [width, height] = (process.env.LAB_SIZE ?? '1280x800').split('x').map(Number)

describe.skipIf(isSkipped)('every screen', () => {
  for (const theme of ['light', 'dark'] as const) {
    test(`is accessible, ${theme}`, async ({ lab, page }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height })
      if (pictures !== undefined) await mkdir(pictures, { recursive: true })
      const found: Record<string, string[]> = {}
      await visitScreens(lab, async (name) => {
        expect(await page.locator('html').getAttribute('data-theme')).toBe(theme)
        if (pictures !== undefined)
          await page.screenshot({ path: path.join(pictures, `${name}-${theme}.png`) })
        const violations = await lab.violations()
        if (violations.length > 0) found[name] = violations
      })
      expect(found).toEqual({})
    })
  }
})
