import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, inject } from 'vitest'
import { isSkipped, test } from './fixtures.ts'

/** Scripts of the window as they are shipped, minified: all of them, and those that Home needs. */
const ALL_BYTES_MAX = 800_000
const HOME_BYTES_MAX = 250_000

describe.skipIf(isSkipped)('the window', () => {
  test('loads little until more is looked at', async ({ lab, page }) => {
    const folder = path.join(path.dirname(inject('program')), '../renderer/assets')
    const scripts = (await readdir(folder)).filter((name) => name.endsWith('.js'))
    const sizes = new Map<string, number>()
    for (const name of scripts) sizes.set(name, (await stat(path.join(folder, name))).size)
    const sum = (names: Iterable<string>) =>
      [...names].reduce((total, name) => total + (sizes.get(name) ?? 0), 0)
    expect(sum(scripts)).toBeLessThan(ALL_BYTES_MAX)

    const loaded = async () =>
      (await page.evaluate<string[]>(`performance.getEntriesByType('resource').map(({ name }) => name)`)).map(
        (name) => path.basename(name),
      )
    await page.getByRole('article').first().waitFor()
    const atHome = sum((await loaded()).filter((name) => sizes.has(name)))
    expect(atHome).toBeGreaterThan(50_000)
    expect(atHome).toBeLessThan(HOME_BYTES_MAX)
    await page.getByRole('article').getByRole('button').first().click()
    await lab.tab('Design').and(page.locator('[aria-selected=true]')).waitFor()
    await page.locator('.vue-flow__node').first().waitFor()
    expect(sum((await loaded()).filter((name) => sizes.has(name)))).toBeGreaterThan(atHome)
  })
})
