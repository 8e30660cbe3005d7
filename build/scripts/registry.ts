import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const PROTOCOLS = 'shared/protocols'

/**
 * The registry's list of protocols, made from the folders that hold one: a folder with an index.ts that doesn't begin
 * with "_" is a protocol. `path` is relative to `root`, the project's folder.
 */
export function registryFile(root: string): { path: string; text: string } {
  const folders = readdirSync(join(root, PROTOCOLS), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map((entry) => entry.name)
    .filter((name) => existsSync(join(root, PROTOCOLS, name, 'index.ts')))
    .sort()
  const imports = folders.map(
    (name) => `import { protocol as ${camelCase(name)} } from './${name}/index.ts'\n`,
  )
  const text = `// Written by build/scripts/registry.ts from the folders beside it: UPDATE_GENERATED=1 npx vitest run build/scripts
import type { AnyProtocol } from './contract.ts'
${imports.join('')}
export const PROTOCOLS: readonly AnyProtocol[] = [${folders.map(camelCase).join(', ')}]
`
  return { path: `${PROTOCOLS}/registry.generated.ts`, text }
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
