// The contract suite in the README of @countersign/testing, run as its reader would.
import { storeContract } from '@countersign/testing'
import { expect, test } from 'vitest'
import { blocksOf } from './markdown-blocks.ts'
import { writeProgram } from './write-programs.ts'

test('the README runs the contract of stores', () => {
  expect(storeContract).toBeTypeOf('function')
  expect(suites.map(({ code }) => code.includes('storeContract('))).toEqual([true])
})

const suites = blocksOf('packages/testing/README.md').filter(({ language }) => language === 'ts')
for (const block of suites) await import(writeProgram(block).path)
