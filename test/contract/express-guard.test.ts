// The guard contract on Express 5 and on Express 4.
import { guardContract } from '@countersign/testing'
import express from 'express'
import express4 from 'express4'
import { startExpress } from './start-express.ts'

guardContract('Express 5', startExpress(express))
guardContract('Express 4', startExpress(express4))
