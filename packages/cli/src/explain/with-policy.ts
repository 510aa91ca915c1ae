// What the policy adds to opt-outs and risk: their limits and levels.
import type { CompiledPolicy, OptOutCheck, Truth } from '@countersign/core'
import type { ExplainedOptOut, ExplainedRisk } from './explained-case.ts'

export function explainOptOuts(
  checks: readonly OptOutCheck[],
  honoured: readonly string[],
  conditions: Readonly<Record<string, Truth>>,
  policy: CompiledPolicy | undefined,
): ExplainedOptOut[] {
  return checks.map((check) => {
    const optOut = own(policy?.optOuts, check.optOut)
    const result = own(conditions, check.optOut)
    return {
      ...check,
      honoured: check.holds === 'true' && honoured.includes(check.optOut),
      ...(optOut === undefined ? {} : { optOutIs: optOut }),
      ...(optOut?.when === undefined || result === undefined
        ? {}
        : { condition: { when: optOut.when.source, result } }),
    }
  })
}

export function explainRisk(
  risk: ExplainedRisk,
  policy: CompiledPolicy | undefined,
): ExplainedRisk {
  const model = own(policy?.threatModels, risk.model)
  const { level, low, high, upper, factors } = risk
  return {
    ...{ level, low, high, upper, model: risk.model, factors },
    ...(model === undefined ? {} : { bias: model.bias, levels: model.levels }),
  }
}

function own<T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined
}
