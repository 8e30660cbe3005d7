import type { Manifest } from '../contract.ts'
import { check } from './check.ts'
import { explain } from './explain.ts'
import { KINDS } from './messages.ts'
import { PARAMS } from './params.ts'

export const manifest: Manifest = {
  id: 'ttl-cache',
  title: 'Caches with a time to live (CDN, DNS)',
  summary:
    'One origin takes all writes; the others are caches, which answer reads from copies that live for a while, and from ' +
    'expired ones when the origin is gone.',
  roles: ['origin', 'parent', 'cache'],
  params: PARAMS,
  kinds: KINDS,
  order: 'ordered',
  tokens: 'session',
  redirects: 'by-operation',
  facts: [
    { kind: 'hit', label: 'Hits', help: 'Reads answered from a copy that had not expired.' },
    { kind: 'miss', label: 'Misses', help: 'Reads of keys of which the cache had no copy.' },
    {
      kind: 'expired',
      label: 'Expired',
      help: 'Reads whose copy had run out, been purged, or was older than what the session had seen.',
    },
    { kind: 'coalesced', label: 'Coalesced reads', help: 'Reads that waited for a fetch already under way.' },
    { kind: 'fetched', label: 'Copies fetched', help: 'Answers from upstream that brought a version.' },
    { kind: 'revalidated', label: 'Copies renewed', help: 'Answers from upstream that said "not modified".' },
    {
      kind: 'stale-answer',
      label: 'Stale answers',
      help: 'Expired copies served since nobody upstream answered.',
    },
    {
      kind: 'stale-while-revalidate',
      label: 'Answers while renewing',
      help: 'Expired copies served while they were being renewed.',
    },
    { kind: 'prefetch', label: 'Prefetches', help: 'Copies renewed before they ran out.' },
    { kind: 'purged', label: 'Copies purged', help: 'Copies that a write expired.' },
    { kind: 'evicted', label: 'Copies evicted', help: 'Copies that made room for others.' },
    {
      kind: 'relayed',
      label: 'Asked a neighbour',
      help: 'Fetches from the cache of the region that holds the key.',
    },
    {
      kind: 'upstream-failure',
      label: 'Upstream failures',
      help: 'Fetches given up because neither parent nor origin answered.',
    },
  ],
  check,
  explain,
}
