import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import buildProgram, { buildAll } from '../build-program.ts'
import renderer from '../vite.renderer.config.ts'
import { CHROMIUM_PLACES, chromiumPath } from './browser.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of a Chromium, or null where this machine has none. */
    chromium: string | null
    /** The built command line, where nobody builds anything while the tests run. */
    program: string
  }
}

const OUT = new URL('../../out/', import.meta.url)

/** Builds everything as it is shipped, and looks for the browser that is to show it. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const chromium = chromiumPath()
  project.provide('chromium', chromium)
  if (chromium === null) {
    const sentence = `There is no Chromium in ${process.env.LAB_CHROMIUM ?? CHROMIUM_PLACES.join(', ')}: apt-get install chromium, or name one in LAB_CHROMIUM.`
    if (process.env.LAB_REQUIRE_CHROMIUM === '1') throw new Error(sentence)
    console.warn(`SKIPPED: end-to-end tests. ${sentence}`)
    return undefined
  }
  await buildProgram()
  await buildAll([renderer])
  const copy = await mkdtemp(path.join(tmpdir(), 'replica-lab-'))
  for (const part of ['main', 'renderer'])
    await cp(new URL(part, OUT), path.join(copy, part), { recursive: true })
  project.provide('program', path.join(copy, 'main/cli.mjs'))
  return () => rm(copy, { recursive: true, force: true })
}
