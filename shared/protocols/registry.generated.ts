// Written by build/scripts/registry.ts from the folders beside it: UPDATE_GENERATED=1 npx vitest run build/scripts
import type { AnyProtocol } from './contract.ts'
import { protocol as chain } from './chain/index.ts'
import { protocol as leaderless } from './leaderless/index.ts'
import { protocol as multiLeader } from './multi-leader/index.ts'
import { protocol as raft } from './raft/index.ts'
import { protocol as singleLeader } from './single-leader/index.ts'
import { protocol as ttlCache } from './ttl-cache/index.ts'
import { protocol as zab } from './zab/index.ts'

export const PROTOCOLS: readonly AnyProtocol[] = [chain, leaderless, multiLeader, raft, singleLeader, ttlCache, zab]
