import { expect, it } from 'vitest'
import { didYouMean } from '../src/did-you-mean.ts'

const COMMANDS = ['check', 'activate', 'rollback', 'recall', 'resume', 'audit']

it.each([
  {
    name: 'a letter too much',
    word: 'requires',
    known: ['id', 'require', 'deny'],
    meant: 'require',
  },
  { name: 'a letter too few', word: 'chek', known: COMMANDS, meant: 'check' },
  { name: 'neighbours swapped', word: 'pya', known: ['pay', 'view'], meant: 'pay' },
  { name: 'neighbours swapped in a longer word', word: 'cehck', known: COMMANDS, meant: 'check' },
  { name: 'another case', word: 'Rules', known: ['rules', 'routes'], meant: 'rules' },
  {
    name: 'words joined otherwise',
    word: 'new_device',
    known: ['velocity', 'new-device'],
    meant: 'new-device',
  },
  { name: 'the beginning of one name', word: 'rol', known: COMMANDS, meant: 'rollback' },
  { name: 'the beginning of several', word: 're', known: COMMANDS, meant: undefined },
  { name: 'the nearest of two', word: 'resune', known: ['rescue', 'resume'], meant: 'resume' },
  { name: 'nothing near', word: 'frobnicate', known: COMMANDS, meant: undefined },
  { name: 'a short word that differs twice', word: 'cat', known: ['pay'], meant: undefined },
  { name: 'one letter', word: 'x', known: ['pay', 'xyz'], meant: undefined },
  { name: 'nothing but hyphens', word: '--', known: COMMANDS, meant: undefined },
  {
    name: 'a text that is no misspelling (T52)',
    word: 'x'.repeat(100_000),
    known: ['xxxx'],
    meant: undefined,
  },
  {
    name: 'more names than are compared',
    word: 'chek',
    known: [...Array.from({ length: 500 }, (_, i) => `name-${i}`), 'check'],
    meant: undefined,
  },
])('$name', ({ word, known, meant }) => {
  expect(didYouMean(word, known)).toBe(meant)
})
