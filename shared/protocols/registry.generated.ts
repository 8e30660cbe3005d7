// Written by build/scripts/registry.ts from the folders beside it: UPDATE_GENERATED=1 npx vitest run build/scripts
import type { AnyProtocol } from './contract.ts'
import { protocol as leaderless } from './leaderless/index.ts'
import { protocol as raft } from './raft/index.ts'

export const PROTOCOLS: readonly AnyProtocol[] = [leaderless, raft]
