import { availableParallelism } from 'node:os'
import type { About } from '../../../shared/ipc/contract.ts'
import { VERSION } from '../version.ts'
import type { DeskOptions } from './types.ts'

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }

export function aboutOf({ components = [], dialogs, documentsFolder }: DeskOptions): About {
  return {
    version: VERSION,
    components: [
      { name: 'Replica Lab', version: VERSION },
      ...components,
      { name: 'Node', version: process.versions.node },
      { name: 'V8', version: process.versions.v8 },
    ],
    platform: `${PLATFORMS[process.platform] ?? process.platform} ${process.arch}`,
    dialogs: dialogs !== null,
    folder: dialogs === null ? documentsFolder : null,
    cores: availableParallelism(),
  }
}
