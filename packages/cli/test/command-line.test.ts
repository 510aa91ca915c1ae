import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../src/commands.ts'
import { EXIT_MEANING } from '../src/exit-code.ts'
import { runCli, workspace } from './run-cli.ts'

describe('a wrong command line', () => {
  const cases: { name: string; line: string[]; told: string[]; code: string }[] = [
    {
      name: 'a misspelt command',
      line: ['chek', 'x'],
      told: ['there is no command chek', 'Did you mean check?'],
      code: 'unknown_command',
    },
    {
      name: 'a command that is like none',
      line: ['frobnicate'],
      told: ['there is no command frobnicate', 'See: countersign help'],
      code: 'unknown_command',
    },
    {
      name: 'half a command',
      line: ['audit'],
      told: [
        'audit needs a second word',
        'Write audit verify or audit check or audit tail or audit drop.',
      ],
      code: 'unknown_command',
    },
    {
      name: 'a misspelt second word',
      line: ['audit', 'verfy'],
      told: ['Did you mean audit verify?'],
      code: 'unknown_command',
    },
    {
      name: 'a misspelt option',
      line: ['check', 'p.yaml', '--jsn'],
      told: ['check has no option --jsn', 'Did you mean --json?', 'countersign help check'],
      code: 'unknown_option',
    },
    {
      name: 'an option of another command',
      line: ['history', '--recall'],
      told: ['history has no option --recall'],
      code: 'unknown_option',
    },
    {
      name: 'no reason',
      line: ['rollback'],
      told: ['--why is missing', 'Write --why <reason>.'],
      code: 'option_missing',
    },
    {
      name: 'a reason that was forgotten',
      line: ['rollback', '--why', '--recall'],
      told: ['--why needs a value, got --recall', 'write --why=--recall'],
      code: 'value_missing',
    },
    {
      name: 'an empty reason',
      line: ['rollback', '--why='],
      told: ['--why needs a value'],
      code: 'value_missing',
    },
    {
      name: 'an option that ends the line',
      line: ['history', '--data'],
      told: ['--data needs a value', 'Write --data <dir>.'],
      code: 'value_missing',
    },
    {
      name: 'a value for a flag',
      line: ['history', '--json=yes'],
      told: ['--json takes no value, got yes'],
      code: 'value_unexpected',
    },
    {
      name: 'an option twice',
      line: ['rollback', '--why', 'a', '--why', 'b'],
      told: ['--why stands twice'],
      code: 'option_twice',
    },
    {
      name: 'a missing operand',
      line: ['check'],
      told: ['<policy> is missing', 'Write: countersign check <policy>'],
      code: 'operand_missing',
    },
    {
      name: 'a reason without quotes',
      line: ['rollback', '--why', 'too', 'wide'],
      told: ['there is no place for "wide"', 'needs quotes'],
      code: 'operand_unexpected',
    },
    {
      name: 'explain without anything',
      line: ['explain'],
      told: ['the id of a decision, or --facts <file> with --policy <file>'],
      code: 'explain_what',
    },
    {
      name: 'a count that is none',
      line: ['audit', 'tail', '-n', 'all'],
      told: ['-n has to be a number, got all'],
      code: 'lines_malformed',
    },
    {
      name: 'an end that is none',
      line: ['suspend', 'opt-outs', '--until', '2026-02-30', '--why', 'x'],
      told: ['--until has to be a date or a length of time, got 2026-02-30'],
      code: 'until_malformed',
    },
    {
      name: 'help for no command',
      line: ['help', 'rolback'],
      told: ['there is no command rolback', 'Did you mean rollback?'],
      code: 'unknown_command',
    },
  ]

  it.each(cases)('$name: says what to write, and ends with 2', async ({ line, told }) => {
    const { dir } = await workspace()
    const { exit, out, err } = await runCli(dir, line)
    expect(exit).toBe(2)
    expect(out).toBe('')
    for (const part of told) expect(err).toContain(part)
    expect(err).not.toMatch(/\n\s+at /)
  })

  it.each(cases.filter(({ line }) => !line.includes('--json=yes') && line[0] !== 'help'))(
    '$name: with --json the error is a line of JSON',
    async ({ line, code }) => {
      const { dir } = await workspace()
      const { exit, out, err } = await runCli(dir, ['--json', ...line])
      // not every command has the option: that is an error too, and is told in the same way
      const { error } = JSON.parse(err)
      expect({ out, exit, told: error.exit }).toEqual({ out: '', exit: 2, told: 2 })
      expect([code, 'unknown_option']).toContain(error.code)
      expect(err.trimEnd()).not.toContain('\n')
    },
  )

  it('needs a name where the system has none', async () => {
    const { dir } = await workspace()
    const { exit, err } = await runCli(dir, ['rollback', '--why', 'x'], { user: undefined })
    expect(exit).toBe(2)
    expect(err).toContain('Write --by <name>.')
  })
})

describe('options', () => {
  it('may stand before the command', async () => {
    const { dir } = await workspace()
    const { exit, err } = await runCli(dir, ['--data', 'elsewhere', 'history'])
    expect(exit).toBe(4)
    expect(err).toContain(`${dir}/elsewhere: no app has kept anything here yet`)
  })

  it('take the data directory from the environment', async () => {
    const { dir } = await workspace()
    const env = { COUNTERSIGN_DATA: 'from-env' }
    expect((await runCli(dir, ['history'], { env })).err).toContain(`${dir}/from-env:`)
  })
})

describe('help', () => {
  it.each(COMMANDS.map(({ name }) => name))('%s: teaches', async (name) => {
    const { dir } = await workspace()
    const { exit, out } = await runCli(dir, ['help', ...name.split(' ')])
    expect(exit).toBe(0)
    for (const heading of ['Example', 'What happens', 'Options', 'Exit codes'])
      expect(out).toContain(`\n${heading}`)
    const summary = COMMANDS.find((one) => one.name === name)?.summary
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`${summary} countersign ${name}`)
    // what the user asked for, however they ask
    expect((await runCli(dir, [...name.split(' '), '--help'])).out).toBe(out)
    expect((await runCli(dir, [...name.split(' '), '-h', '--nonsense'])).out).toBe(out)
  })

  it('lists every command, and every exit code with its meaning', async () => {
    const { cli } = await workspace()
    const { out } = await cli('help')
    for (const { name } of COMMANDS) expect(out).toContain(`  ${name}`)
    expect((await cli('--help')).out).toBe(out)
    const codes = (await cli('help', 'exit-codes')).out.replaceAll(/\s+/g, ' ')
    for (const [code, meaning] of Object.entries(EXIT_MEANING))
      expect(codes).toContain(`${code} ${meaning}`)
  })

  it('without a command is an error that shows the help', async () => {
    const { cli } = await workspace()
    const { exit, out, err } = await cli()
    expect({ exit, out }).toEqual({ exit: 2, out: '' })
    expect(err).toContain('countersign init')
  })

  it('keeps to 80 columns', async () => {
    const { cli } = await workspace()
    for (const { name, examples } of COMMANDS) {
      const { out } = await cli('help', ...name.split(' '))
      const lines = out
        .split('\n')
        .filter((line) => !examples.some((one) => line.includes(one.line)))
      expect(lines.filter((line) => line.length > 80)).toEqual([])
    }
  })

  it('--version is that of the package', async () => {
    const { cli } = await workspace()
    const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
    expect(await cli('--version')).toEqual({
      exit: 0,
      out: `${JSON.parse(text).version}\n`,
      err: '',
    })
  })

  it('is coloured only where it may be', async () => {
    const { dir } = await workspace()
    const esc = String.fromCharCode(27)
    expect((await runCli(dir, ['help'], { colour: false })).out).not.toContain(esc)
    const { FORCE_COLOR } = process.env
    process.env['FORCE_COLOR'] = '1'
    const { out } = await runCli(dir, ['help'], { colour: true })
    if (FORCE_COLOR === undefined) delete process.env['FORCE_COLOR']
    else process.env['FORCE_COLOR'] = FORCE_COLOR
    expect(out).toContain(esc)
  })
})
