import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'
import node from './vite.node.config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const protocols = `${root}shared/protocols`

/** Folders of the strategies that ship. */
export function shippedStrategies(): string[] {
  return readdirSync(protocols).filter(
    (id) => !id.startsWith('_') && existsSync(`${protocols}/${id}/index.ts`),
  )
}

/**
 * A thread of live runs, one file in all: hundreds are started from it, and only a script that loads no others can be
 * started from code that V8 has compiled before (`main/threads/thread-program.ts`). `registry` is the text of a module
 * with the strategies that it knows; all that ship where left out.
 */
export function engineConfig(entry: string, file: string, registry?: string): UserConfig {
  return {
    ...node,
    plugins: [
      {
        name: 'registry-of-engine',
        enforce: 'pre',
        load: (id) =>
          registry !== undefined && id.endsWith('shared/protocols/registry.generated.ts') ? registry : null,
      },
    ],
    build: {
      ...node.build,
      rolldownOptions: {
        input: { [entry]: `${root}${file}` },
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          codeSplitting: false,
          // Names stay for profiles. Without comments there are but ASCII characters, and V8 keeps one byte for each.
          minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  }
}

/** The engine that runs one strategy. */
export function strategyEngine(strategy: string): UserConfig {
  const registry = `
    import { protocol } from './${strategy}/index.ts'
    export const PROTOCOLS = [protocol]`
  return engineConfig(`main/engine-${strategy}`, 'main/threads/engine-thread.ts', registry)
}

/** For `build/engines.js`, which names the strategy as the mode. */
export default ({ mode }: { mode: string }): UserConfig => strategyEngine(mode)
