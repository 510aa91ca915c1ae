// The guard contract on Fastify 5.
import { guardContract } from '@countersign/testing'
import { startFastify } from './start-fastify.ts'

guardContract('Fastify 5', startFastify)
