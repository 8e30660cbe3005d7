import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { isSkipped, test } from './fixtures.ts'

const FILE = {
  format: 'replica-lab/topology@1',
  name: 'Grow',
  regions: [{ id: 'here' }],
  replicas: ['r1', 'r2', 'r3', 'r4', 'r5'].map((id) => ({ id, region: 'here' })),
  clients: [{ id: 'c1', region: 'here' }],
  replication: { strategy: 'raft' },
  partitioning: { scheme: 'hash', shards: 12, replicationFactor: 3 },
  workload: { mix: 'ycsb-a', keys: 500 },
  run: { durationMs: 10_000, seed: 1 },
}

interface Saved {
  changes?: { atMs: number; kind: string; replica: string }[]
}

describe.skipIf(isSkipped)('replicas that join and leave', () => {
  test('are placed by menu, mouse and keys, run, and undone to the byte', async ({ lab, page, host }) => {
    await writeFile(host.document('Grow'), JSON.stringify(FILE))
    await lab.open('Grow')
    const bytes = () => readFile(host.document('Grow'), 'utf8')
    const saved = async () => {
      await lab.save()
      return JSON.parse(await bytes()) as Saved
    }
    await lab.go('Faults')
    await lab.node('r5').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Joins at 2 s' }).click()
    expect((await saved()).changes).toEqual([{ atMs: 2_000, kind: 'join', replica: 'r5' }])

    // A mark is dragged, and given back to where it was by Escape in the middle of another drag.
    const mark = page.getByRole('option', { name: /^r5 joins/ })
    const box = await mark.boundingBox()
    if (box === null) throw new Error('the mark is not in sight')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 96, y, { steps: 4 })
    await page.mouse.up()
    const [{ atMs }] = (await saved()).changes ?? []
    expect(atMs).toBeGreaterThan(2_500)
    await page.mouse.move(x + 96, y)
    await page.mouse.down()
    await page.mouse.move(x - 40, y, { steps: 4 })
    await page.keyboard.press('Escape')
    await page.mouse.up()
    await expect.poll(() => mark.getAttribute('aria-label')).toContain(`${atMs / 1_000} s`)

    // A second one by the palette of the view; the keyboard moves it and takes it out again.
    await lab.node('r1').click()
    await page.getByRole('button', { name: /^A replica leaves/ }).click()
    await page.getByRole('listbox', { name: 'Membership' }).focus()
    await page.keyboard.press('ArrowRight')
    const [, left] = (await saved()).changes ?? []
    expect(left).toMatchObject({ kind: 'leave', replica: 'r1' })
    expect(left.atMs).toBeGreaterThan(2_000)
    expect(await lab.violations()).toEqual([])

    await lab.run()
    await lab.untilResults()
    await lab.go('Run')
    await page.getByRole('button', { name: /^Events/ }).click()
    const log = page.getByRole('log', { name: 'Events' })
    await page.getByLabel('Contains').fill('now lives on')
    await log
      .getByText(/now lives on/)
      .first()
      .waitFor()

    // From anywhere by its name, of the replica that is named.
    await page.keyboard.press('Control+k')
    await page.keyboard.type('r4 leaves')
    await page
      .getByRole('option', { name: /r4 leaves/ })
      .and(page.locator('[aria-selected=true]'))
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: /^r4 leaves/ }).waitFor()
    expect((await saved()).changes?.at(-1)).toMatchObject({ kind: 'leave', replica: 'r4' })

    const undo = lab.button('Undo')
    while (await undo.isEnabled()) await undo.click()
    expect(await saved()).toEqual(FILE)
  })

  test('a drawing of the shares says what a replica more would move', async ({ lab, page, host }) => {
    await writeFile(host.document('Grow'), JSON.stringify(FILE))
    await lab.open('Grow')
    await page.getByRole('button', { name: /^Partitioning/ }).click()
    await lab.choose('What if', 'One more joins')
    const words = page.getByRole('status').filter({ hasText: 'change their owner' })
    // Shards go to the replicas in turn: of twelve the first five stay where they were, seven get another owner.
    await words.getByText(/^58\.3 % .* even shares need 16\.7 % to move/).waitFor()
    expect(
      await page
        .getByRole('img', { name: /^Key space/ })
        .locator('.moved')
        .count(),
    ).toBeGreaterThan(0)
    await lab.choose('What if', 'Nobody joins or leaves')
    await expect.poll(() => words.count()).toBe(0)
    expect(
      await page
        .getByRole('img', { name: /^Key space/ })
        .locator('.moved')
        .count(),
    ).toBe(0)
  })
})
