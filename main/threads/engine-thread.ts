import fs from 'node:fs'
import { workerData } from 'node:worker_threads'
import { protocolOf } from '../../shared/protocols/registry.ts'
import { EngineThread } from './engine.ts'
import type { EngineThreadData } from './engine.ts'

new EngineThread(workerData as EngineThreadData, { protocolOf, fs }).run()
