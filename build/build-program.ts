import { existsSync } from 'node:fs'
import { build, type UserConfig } from 'vite'
import { shippedStrategies, strategyEngine } from './vite.engine.config.ts'
import node from './vite.node.config.ts'
import preload from './vite.preload.config.ts'
import renderer from './vite.renderer.config.ts'
import shell from './vite.shell.config.ts'
import tools from './vite.tools.config.ts'
import testing, { testingEngine } from './vite.testing.config.ts'

/** Projects of one test run share a build, but not their modules. */
const BUILT = Symbol.for('replica-lab.built')

const PAGE = new URL('../out/renderer/index.html', import.meta.url)

/** Builds the programs of `out/` once, before the tests that start them; the window where there is none at all. */
export default async function buildProgram(): Promise<void> {
  const shared = globalThis as { [BUILT]?: Promise<void> }
  await (shared[BUILT] ??= buildAll(programs()))
}

function programs(): UserConfig[] {
  const page = existsSync(PAGE) ? [] : [renderer]
  return [
    node,
    ...shippedStrategies().map(strategyEngine),
    tools,
    shell,
    preload,
    testing,
    testingEngine,
    ...page,
  ]
}

/** One after the other: they would only take one another's cores. */
export async function buildAll(configs: readonly UserConfig[]): Promise<void> {
  const { NODE_ENV } = process.env
  // What a test runner says of itself would choose libraries as they are for development.
  process.env.NODE_ENV = 'production'
  try {
    for (const config of configs) await build({ ...config, configFile: false })
  } finally {
    process.env.NODE_ENV = NODE_ENV
  }
}
