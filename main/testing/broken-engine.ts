import { pathToFileURL } from 'node:url'
import path from 'node:path'
import { build } from 'vite'
import { engineConfig } from '../../build/vite.engine.config.ts'

/** What the planted bug does, as a statement. */
export type Breakage = `throw ${string}` | `process.exit(${number})`

/**
 * Builds a thread of live runs whose leaderless protocol has a bug: at the replica of place 1 (the second of the
 * file), the step after so many others goes wrong. Into a folder of the caller's; returns the built entry.
 */
export async function brokenEngine(folder: string, breakage: Breakage, afterSteps: number): Promise<URL> {
  const registry = `
    import { protocol as leaderless } from './leaderless/index.ts'
    let [self, steps] = [-1, 0]
    const boot = (config, durable) => {
      self = config.self
      return leaderless.boot(config, durable)
    }
    const step = (state, at, input, out) => {
      if (self === 1 && ++steps > ${afterSteps}) ${breakage}
      leaderless.step(state, at, input, out)
    }
    export const PROTOCOLS = [{ ...leaderless, boot, step }]`
  const config = engineConfig('engine-leaderless', 'main/threads/engine-thread.ts', registry)
  await build({ ...config, configFile: false, build: { ...config.build, outDir: folder } })
  return pathToFileURL(path.join(folder, 'engine-leaderless.cjs'))
}
