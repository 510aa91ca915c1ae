// The guard contract on Koa 3.
import { guardContract } from '@countersign/testing'
import { startKoa } from './start-koa.ts'

guardContract('Koa 3', startKoa)
