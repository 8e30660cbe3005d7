import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath, URL } from 'node:url'
import { build } from 'vite'

/** Builds an engine for each strategy that ships: every folder of `shared/protocols` but those that begin with "_". */
const protocols = new URL('../shared/protocols/', import.meta.url)
const configFile = fileURLToPath(new URL('vite.engine.config.ts', import.meta.url))

for (const strategy of readdirSync(protocols)) {
  if (strategy.startsWith('_') || !existsSync(new URL(`${strategy}/index.ts`, protocols))) continue
  await build({ configFile, mode: strategy })
}
