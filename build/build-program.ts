import { build } from 'vite'
import config from './vite.node.config.ts'

/** Builds `out/` once, before the tests that start the built program. */
export default async function buildProgram(): Promise<void> {
  await build({ ...config, configFile: false })
}
