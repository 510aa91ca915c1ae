// `countersign help`: all commands at a glance, and where to begin.
import type { Command } from '../command.ts'
import { EXIT_MEANING } from '../exit-code.ts'
import type { Paint } from '../output/paint.ts'
import { wrap } from '../output/wrap.ts'
import { list } from './command-help.ts'

const GROUPS: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ['Write a policy', ['init', 'check', 'types', 'test', 'compare', 'replay']],
  ['Understand a decision', ['explain', 'audit tail', 'audit verify', 'audit check', 'report']],
  [
    'Put a policy in force, and take it back',
    ['activate', 'approve', 'decline', 'rollback', 'recall', 'history'],
  ],
  ['Try a policy first', ['rollout', 'widen', 'freeze', 'promote', 'abort']],
  ['Switch opt-outs off and on', ['suspend', 'resume']],
  [
    'Remembered devices',
    ['devices list', 'devices revoke', 'devices revoke-all', 'devices revoke-before'],
  ],
  ['What instances share', ['migrate', 'audit drop', 'keys new', 'keys list', 'keys rotate']],
  ['Help', ['help']],
]

export function overview(commands: readonly Command[], paint: Paint): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const groups = GROUPS.map(([heading, names]) => {
    const rows = names.flatMap((name): [string, string][] => {
      const command = commands.find((one) => one.name === name)
      return command === undefined ? [] : [[name.padEnd(width), command.summary]]
    })
    return `${paint.heading(heading)}\n${list(rows)}`
  })
  return [
    wrap(
      'Countersign decides, for each request, whether the person behind it has to prove themselves again. This command writes and checks its policy, puts it in force, and tells why it decided as it did.',
    ),
    ...groups,
    paint.heading('To begin'),
    `  countersign init
  countersign check countersign.policy.yaml
  countersign activate countersign.policy.yaml --why "our first policy"
`,
    wrap(
      'Where an app runs on the data directory (--data, COUNTERSIGN_DATA, else .countersign) it is told, and what it was told holds for its next request. Where none runs, the command opens the directory itself, and says so. Where instances share servers, --postgres and --redis name them, and COUNTERSIGN_SECRET is their secret.',
    ),
    'countersign help <command>         what a command does, with an example\ncountersign help exit-codes        how scripts tell what happened\n',
  ].join('\n')
}

export function exitCodesHelp(commands: readonly Command[], paint: Paint): string {
  const using = (code: string) =>
    commands.filter(({ exits }) => Object.hasOwn(exits, code)).map(({ name }) => name)
  const rows = Object.entries(EXIT_MEANING).map(([code, meaning]): [string, string] => {
    const names = using(code)
    return [code, names.length === 0 ? meaning : `${meaning} (${names.join(', ')})`]
  })
  return `${paint.heading('Exit codes')}\n${list(rows)}\n${wrap('With --json an error is one line of JSON on standard error: { "error": { "code", "message", "exit" } }. Standard output then stays empty.')}`
}
