import { soakFreshSeeds } from './soak-fresh-seeds.ts'

soakFreshSeeds('zab')
